/* What .NET has no intrinsics for. Nothing here allocates, locks or fails; all functions are thread-safe. */
#ifndef ROBOTICS_KERNELS_H
#define ROBOTICS_KERNELS_H

#include <stdint.h>

#define ROBOTICS_API __attribute__((visibility("default")))

/* Changes with every change of a signature or of a layout below. */
#define ROBOTICS_KERNELS_VERSION 2

enum { ROBOTICS_LANES = 16, ROBOTICS_LARGEST_BLOCK = 12 };

/* One dense layer on one tile of 16 or 32 lanes. Blocks are even numbers of outputs up to ROBOTICS_LARGEST_BLOCK. */
typedef struct {
    int32_t inputs;       /* lines of input: floats, or pairs of bfloat16 */
    int32_t block_count;
    const int32_t *blocks; /* outputs in each block */
    int32_t pairs_in;      /* 1: inputs and weights are pairs of bfloat16; 0: floats */
    int32_t output;        /* 0: floats; 1: floats after SiLU; 2: pairs of bfloat16 after SiLU */
    int32_t vectors;       /* vectors of 16 lanes in the tile: 1 or 2 */
} robotics_dense_layer;

ROBOTICS_API int32_t robotics_kernels_version(void);

/* 1 where the processor and the operating system offer AVX512_BF16 and this build knows it. */
ROBOTICS_API int32_t robotics_has_bf16(void);

/*
 * weights, block by block: a line of biases (floats), then a line of weights per line of input, each [outputs of the block].
 * input: [inputs x tile]. output: [outputs x tile] floats or [outputs / 2 x tile] pairs. All on 64-byte boundaries.
 * Without robotics_has_bf16 it does nothing.
 */
ROBOTICS_API void robotics_dense(
    const robotics_dense_layer *layer, const uint32_t *weights, const uint32_t *input, uint32_t *output);

#endif
