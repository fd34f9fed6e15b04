// What Swift cannot import: builtins of the compiler that take literals, types of which it knows nothing, system calls.
#pragma once
#include <stdbool.h>

// Asks for a cache line in the second-level cache. Any address will do: one that is not mapped is passed over.
static inline __attribute__((always_inline)) void captioner_prefetch(const void *address) {
    __builtin_prefetch(address, 0, 2);
}

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>

// The processors that the calling thread may run on, a bit each. glibc declares its function for GNU programs alone.
// Returns how many bytes were written, or -1 if the set is too small for the processors that there may be.
static inline long captioner_get_affinity(void *set, unsigned long size) {
    return syscall(SYS_sched_getaffinity, 0, size, set);
}
#endif

#if defined(__x86_64__)
#include <immintrin.h>

// Whether the processor has AVX2 and FMA, and the system keeps their registers.
static inline bool captioner_has_avx2(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

// Whether it has the 256-bit instructions for products of bytes besides: leaf 7.1, EAX bit 4.
static inline bool captioner_has_avx_vnni(void) {
    unsigned a, b, c, d;
    if (!captioner_has_avx2()) return false;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(7), "c"(0));
    if (a < 1) return false;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(7), "c"(1));
    return (a >> 4) & 1;
}

// Whether the processor has the AVX-512 instructions that the kernels use, and the system keeps their registers.
static inline bool captioner_has_avx512(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
}

// Whether it has those for products of bytes and of bfloat16 besides.
static inline bool captioner_has_avx512_vnni_bf16(void) {
    __builtin_cpu_init();
    return captioner_has_avx512() && __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bf16");
}

#if defined(__AVX512BF16__)
// The type of bfloat16 vectors has no counterpart in Swift; whole registers do.
static inline __attribute__((always_inline)) __m512 captioner_dpbf16(__m512 sum, __m512i a, __m512i b) {
    return _mm512_dpbf16_ps(sum, (__m512bh)a, (__m512bh)b);
}

// Sixteen floats, or twice sixteen one after the other, rounded to the nearest bfloat16, ties to even.
static inline __attribute__((always_inline)) __m256i captioner_bf16(__m512 floats) {
    return (__m256i)_mm512_cvtneps_pbh(floats);
}
static inline __attribute__((always_inline)) __m512i captioner_bf16_pair(__m512 first, __m512 second) {
    return (__m512i)_mm512_cvtne2ps_pbh(second, first);
}
#endif
#else
static inline bool captioner_has_avx2(void) { return false; }
static inline bool captioner_has_avx_vnni(void) { return false; }
static inline bool captioner_has_avx512(void) { return false; }
static inline bool captioner_has_avx512_vnni_bf16(void) { return false; }
#endif
