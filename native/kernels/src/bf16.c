#include "kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define WIDE __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16,fma,prefer-vector-width=512")))
#define INLINE static inline __attribute__((always_inline)) WIDE


/* Splits -x log2(e) into a whole number and a rest in [-1/2, 1/2]. */
INLINE __m512 split(__m512 x, __m512 *rest)
{
    __m512 t = _mm512_mul_ps(x, _mm512_set1_ps(-1.44269504f));
    __m512 whole = _mm512_roundscale_ps(t, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    *rest = _mm512_sub_ps(t, whole);
    return whole;
}

/* x / (1 + e^-x) to float precision. The polynomial is that of Robotics.Inference.SimdMath. */
INLINE __m512 silu(__m512 x)
{
    __m512 f, n = split(x, &f);
    __m512 p = _mm512_fmadd_ps(f, _mm512_set1_ps(0.0013276472f), _mm512_set1_ps(0.0096755413f));
    p = _mm512_fmadd_ps(f, p, _mm512_set1_ps(0.055507133f));
    p = _mm512_fmadd_ps(f, p, _mm512_set1_ps(0.2402212f));
    p = _mm512_fmadd_ps(f, p, _mm512_set1_ps(0.69314697f));
    p = _mm512_fmadd_ps(f, p, _mm512_set1_ps(1));
    return _mm512_div_ps(x, _mm512_add_ps(_mm512_scalef_ps(p, n), _mm512_set1_ps(1)));
}

/* The same for a result of eight bits: a cubic by Remez exchange, error 7.5e-5, and a reciprocal of 14 bits. */
INLINE __m512 silu_for_bf16(__m512 x)
{
    __m512 f, n = split(x, &f);
    __m512 p = _mm512_fmadd_ps(f, _mm512_set1_ps(0.0551716685f), _mm512_set1_ps(0.242611125f));
    p = _mm512_fmadd_ps(f, p, _mm512_set1_ps(0.693260968f));
    p = _mm512_fmadd_ps(f, p, _mm512_set1_ps(0.999928057f));
    return _mm512_mul_ps(x, _mm512_rcp14_ps(_mm512_add_ps(_mm512_scalef_ps(p, n), _mm512_set1_ps(1))));
}

/* Two lines of floats to one line of pairs: the first in the lower halves. */
INLINE __m512i pair(__m512 first, __m512 second)
{
    const __m512i zip = _mm512_set_epi16(
        31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8,
        23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
    return _mm512_permutexvar_epi16(zip, (__m512i)_mm512_cvtne2ps_pbh(second, first));
}

INLINE __m512 multiply_add(__m512 sum, __m512i weight, __m512i input, int pairs)
{
    return pairs
        ? _mm512_dpbf16_ps(sum, (__m512bh)input, (__m512bh)weight)
        : _mm512_fmadd_ps(_mm512_castsi512_ps(weight), _mm512_castsi512_ps(input), sum);
}

/* Two lines of outputs of one vector; output as in robotics_dense_layer. */
INLINE void put(__m512 first, __m512 second, uint32_t *lines, const int tile, const int output)
{
    if (output == 2) {
        _mm512_store_si512(lines, pair(silu_for_bf16(first), silu_for_bf16(second)));
    } else {
        _mm512_store_ps(lines, output == 1 ? silu(first) : first);
        _mm512_store_ps(lines + tile, output == 1 ? silu(second) : second);
    }
}

/* A block of outputs stays in registers over all inputs. The constant arguments are unrolled and folded away. */
INLINE void block(
    const int size, const int pairs, const int output, const int vectors,
    const uint32_t *weights, const uint32_t *input, int inputs, uint32_t *lines)
{
    const int tile = vectors * ROBOTICS_LANES;
    __m512 sum[ROBOTICS_LARGEST_BLOCK][2];
#pragma GCC unroll 16
    for (int o = 0; o < size; o++)
        sum[o][0] = sum[o][1] = _mm512_castsi512_ps(_mm512_set1_epi32((int)weights[o]));
    for (int i = 0; i < inputs; i++, input += tile) {
        weights += size;
        __m512i x = _mm512_load_si512(input), y = _mm512_load_si512(input + tile - ROBOTICS_LANES);
#pragma GCC unroll 16
        for (int o = 0; o < size; o++) {
            __m512i w = _mm512_set1_epi32((int)weights[o]);
            sum[o][0] = multiply_add(sum[o][0], w, x, pairs);
            if (vectors == 2)
                sum[o][1] = multiply_add(sum[o][1], w, y, pairs);
        }
    }
#pragma GCC unroll 16
    for (int o = 0; o < size; o += 2) {
        put(sum[o][0], sum[o + 1][0], lines, tile, output);
        if (vectors == 2)
            put(sum[o][1], sum[o + 1][1], lines + ROBOTICS_LANES, tile, output);
        lines += output == 2 ? tile : 2 * tile;
    }
}

/* Not inlined: each combination is compiled on its own, so that its registers are its own. */
#define BLOCK(size, pairs, output, vectors) \
    static __attribute__((noinline)) WIDE void block_##size##_##pairs##_##output##_##vectors( \
        const uint32_t *weights, const uint32_t *input, int inputs, uint32_t *lines) \
    { \
        block(size, pairs, output, vectors, weights, input, inputs, lines); \
    }
#define SIZES(p, o, v) \
    BLOCK(2, p, o, v) BLOCK(4, p, o, v) BLOCK(6, p, o, v) BLOCK(8, p, o, v) BLOCK(10, p, o, v) BLOCK(12, p, o, v)
#define NAMES(p, o, v) \
    { block_2_##p##_##o##_##v, block_4_##p##_##o##_##v, block_6_##p##_##o##_##v, \
      block_8_##p##_##o##_##v, block_10_##p##_##o##_##v, block_12_##p##_##o##_##v }
#define OUTPUTS(p, v) { NAMES(p, 0, v), NAMES(p, 1, v), NAMES(p, 2, v) }

SIZES(0, 0, 1) SIZES(0, 1, 1) SIZES(0, 2, 1) SIZES(1, 0, 1) SIZES(1, 1, 1) SIZES(1, 2, 1)
SIZES(0, 0, 2) SIZES(0, 1, 2) SIZES(0, 2, 2) SIZES(1, 0, 2) SIZES(1, 1, 2) SIZES(1, 2, 2)

typedef void (*block_function)(const uint32_t *, const uint32_t *, int, uint32_t *);

/* [vectors - 1][pairs in][output][size of the block / 2 - 1] */
static const block_function functions[2][2][3][ROBOTICS_LARGEST_BLOCK / 2] = {
    { OUTPUTS(0, 1), OUTPUTS(1, 1) },
    { OUTPUTS(0, 2), OUTPUTS(1, 2) },
};

void robotics_dense(
    const robotics_dense_layer *layer, const uint32_t *weights, const uint32_t *input, uint32_t *output)
{
    const block_function *by_size = functions[layer->vectors - 1][layer->pairs_in][layer->output];
    for (int b = 0; b < layer->block_count; b++) {
        int size = layer->blocks[b];
        by_size[size / 2 - 1](weights, input, layer->inputs, output);
        weights += size * (layer->inputs + 1);
        output += (layer->output == 2 ? size / 2 : size) * layer->vectors * ROBOTICS_LANES;
    }
}
#else
void robotics_dense(
    const robotics_dense_layer *layer, const uint32_t *weights, const uint32_t *input, uint32_t *output)
{
    (void)layer, (void)weights, (void)input, (void)output;
}
#endif
