// What Swift cannot import: builtins of the compiler that take literals.
#pragma once
#include <stdbool.h>

#if defined(__x86_64__)
// Whether the processor has AVX2 and FMA, and the system keeps their registers.
static inline bool captioner_has_avx2(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

// Whether the processor has the AVX-512 instructions that the kernels use, and the system keeps their registers.
static inline bool captioner_has_avx512(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
}
#else
static inline bool captioner_has_avx2(void) { return false; }
static inline bool captioner_has_avx512(void) { return false; }
#endif
