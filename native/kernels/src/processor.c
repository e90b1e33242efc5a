#include "kernels.h"

int32_t robotics_kernels_version(void)
{
    return ROBOTICS_KERNELS_VERSION;
}

int32_t robotics_has_bf16(void)
{
#if defined(__x86_64__)
    /* CPUID, and XGETBV for whether the operating system saves the wide registers. */
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bf16");
#else
    return 0;
#endif
}
