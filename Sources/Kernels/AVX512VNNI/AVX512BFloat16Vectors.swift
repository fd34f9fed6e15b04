#if arch(x86_64)
    public import CaptionerIntrinsics
    public import CaptionerKernels
    public import CaptionerKernelsAVX512
    public import _Builtin_intrinsics.intel

    /// Vectors of sixteen floats that are rounded to bfloat16 by instructions for it. Numbers too small to be normal become
    /// zeros, which is what the instructions for products take them for.
    public enum AVX512BFloat16Vectors: WideFloatVectors {
        @inlinable @inline(__always)
        public static func storeBFloat16(_ vector: Vector, to target: UnsafeMutablePointer<UInt16>, count: Int) {
            let numbers = captioner_bf16(vector)
            if count >= 16 {
                UnsafeMutableRawPointer(target).storeBytes(of: numbers, as: __m256i.self)
            } else {
                _mm256_mask_storeu_epi16(target, mask(count), numbers)
            }
        }

        @inlinable @inline(__always)
        public static func storeBFloat16(_ first: Vector, _ second: Vector, to target: UnsafeMutablePointer<UInt16>) {
            UnsafeMutableRawPointer(target).storeBytes(of: captioner_bf16_pair(first, second), as: __m512i.self)
        }
    }
#endif
