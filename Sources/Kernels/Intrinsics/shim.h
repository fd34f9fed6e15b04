// What Swift cannot import: builtins of the compiler that take literals, types of which it knows nothing, system calls.
#pragma once
#include <stdbool.h>

// Asks for a cache line in the second-level cache. Any address will do: one that is not mapped is passed over.
static inline __attribute__((always_inline)) void captioner_prefetch(const void *address) {
    __builtin_prefetch(address, 0, 2);
}

// The same address, without the compiler knowing that it is: what is read from it is read anew.
static inline __attribute__((always_inline)) const void *_Nonnull captioner_same(const void *_Nonnull address) {
    __asm__("" : "+r"(address));
    return address;
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

// Whether vdpbf16ps takes two cycles, in which four vectors of floats could be multiplied: Intel's cores from Golden Cove on (measured on
// model 207), and not Cooper Lake (model 85).
static inline bool captioner_has_slow_dpbf16(void) {
    unsigned a, b, c, d;
    __builtin_cpu_init();
    if (!__builtin_cpu_is("intel")) return false;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(1), "c"(0));
    return ((a >> 4 & 0xF) | (a >> 12 & 0xF0)) != 85;
}

// From now on the thread takes numbers too small to be normal for zeros, and results, too. Returns what it was set to.
static inline __attribute__((always_inline)) unsigned captioner_zero_subnormals(void) {
    unsigned setting = _mm_getcsr();
    _mm_setcsr(setting | 0x8040);
    return setting;
}

static inline __attribute__((always_inline)) void captioner_restore_subnormals(unsigned setting) { _mm_setcsr(setting); }

// Whether it multiplies tiles of bytes and of bfloat16 besides, and the system gives this process the registers, which it asks for.
static inline bool captioner_has_amx(void) {
    unsigned a, b, c, d;
    if (!captioner_has_avx512_vnni_bf16()) return false;
    __asm__("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(7), "c"(0));
    // AMX-TILE, AMX-INT8 and AMX-BF16.
    if (!((d >> 24) & 1) || !((d >> 25) & 1) || !((d >> 22) & 1)) return false;
#if defined(CAPTIONER_TILES_WITHOUT_PERMISSION)
    return true;  // scripts/test-emulated
#elif defined(__linux__)
    return syscall(SYS_arch_prctl, 0x1023 /* ARCH_REQ_XCOMP_PERM */, 18 /* tile data */) == 0;
#else
    return false;
#endif
}

#if defined(__AMX_INT8__) && defined(__AMX_BF16__)
// Numbers of tiles are literals: sums are 0 to 3, activations 4 and 5, weights 6 and 7.
#define CAPTIONER_TILE static inline __attribute__((always_inline)) void
CAPTIONER_TILE captioner_tiles_configure(const void *configuration) { _tile_loadconfig(configuration); }
CAPTIONER_TILE captioner_tiles_release(void) { _tile_release(); }
CAPTIONER_TILE captioner_tiles_clear(bool tall, bool wide) {
    _tile_zero(0);
    if (wide) _tile_zero(1);
    if (tall) _tile_zero(2);
    if (tall && wide) _tile_zero(3);
}
CAPTIONER_TILE captioner_tiles_load(const void *source, long stride, bool tall, bool wide) {
    _tile_loadd(0, source, stride);
    if (wide) _tile_loadd(1, (const char *)source + 64, stride);
    if (tall) _tile_loadd(2, (const char *)source + 16 * stride, stride);
    if (tall && wide) _tile_loadd(3, (const char *)source + 16 * stride + 64, stride);
}
CAPTIONER_TILE captioner_tiles_store(void *target, long stride, bool tall, bool wide) {
    _tile_stored(0, target, stride);
    if (wide) _tile_stored(1, (char *)target + 64, stride);
    if (tall) _tile_stored(2, (char *)target + 16 * stride, stride);
    if (tall && wide) _tile_stored(3, (char *)target + 16 * stride + 64, stride);
}
CAPTIONER_TILE captioner_tiles_multiply_loaded(void) {
    _tile_dpbusd(0, 4, 6);
    _tile_dpbusd(1, 4, 7);
    _tile_dpbusd(2, 5, 6);
    _tile_dpbusd(3, 5, 7);
}
// The product of loaded tiles is an instruction for bytes or for bfloat16.
#define CAPTIONER_TILES_MULTIPLY(name, product)                                                              \
    CAPTIONER_TILE name(                                                                                     \
        const void *activations, long row_stride, const void *weights, long group_stride, bool tall, bool wide) { \
        _tile_loadd(6, weights, group_stride);                                                               \
        _tile_loadd(4, activations, row_stride);                                                             \
        product(0, 4, 6);                                                                                    \
        if (wide) {                                                                                          \
            _tile_loadd(7, (const char *)weights + 64, group_stride);                                        \
            product(1, 4, 7);                                                                                \
        }                                                                                                    \
        if (tall) {                                                                                          \
            _tile_loadd(5, (const char *)activations + 16 * row_stride, row_stride);                         \
            product(2, 5, 6);                                                                                \
            if (wide) product(3, 5, 7);                                                                      \
        }                                                                                                    \
    }
CAPTIONER_TILES_MULTIPLY(captioner_tiles_multiply, _tile_dpbusd)
CAPTIONER_TILES_MULTIPLY(captioner_tiles_multiply_bfloat16, _tile_dpbf16ps)
#endif

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
#elif defined(__aarch64__)
#include <arm_neon.h>
#if defined(__linux__)
#include <sys/auxv.h>
// Bits of AT_HWCAP and AT_HWCAP2, by the kernel's interface for programs.
static inline bool captioner_has_dot_product(void) { return (getauxval(AT_HWCAP) >> 20) & 1; }
static inline bool captioner_has_i8mm_bf16(void) {
    return (getauxval(AT_HWCAP2) >> 13) & 1 && (getauxval(AT_HWCAP2) >> 14) & 1;
}
#elif defined(__APPLE__)
#include <sys/sysctl.h>
static inline bool captioner_has_feature(const char *name) {
    int value = 0;
    size_t size = sizeof value;
    return sysctlbyname(name, &value, &size, 0, 0) == 0 && value != 0;
}
static inline bool captioner_has_dot_product(void) { return captioner_has_feature("hw.optional.arm.FEAT_DotProd"); }
static inline bool captioner_has_i8mm_bf16(void) {
    return captioner_has_feature("hw.optional.arm.FEAT_I8MM") && captioner_has_feature("hw.optional.arm.FEAT_BF16");
}
#else
static inline bool captioner_has_dot_product(void) { return false; }
static inline bool captioner_has_i8mm_bf16(void) { return false; }
#endif

#if defined(__ARM_FEATURE_BF16)
// The type of bfloat16 vectors has no counterpart in Swift. Adds the products of the second of each pair of weights with
// that of the activations, then those of the first.
static inline __attribute__((always_inline)) float32x4_t captioner_bfmlal(
    float32x4_t sum, uint16x8_t weights, uint16x8_t first, uint16x8_t second) {
    sum = vbfmlaltq_f32(sum, (bfloat16x8_t)weights, (bfloat16x8_t)second);
    return vbfmlalbq_f32(sum, (bfloat16x8_t)weights, (bfloat16x8_t)first);
}
#endif
#endif
