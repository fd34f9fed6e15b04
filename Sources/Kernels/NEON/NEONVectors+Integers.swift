#if arch(arm64)
    public import CaptionerKernels
    public import _Builtin_intrinsics.arm.neon

    extension NEONFloatVectors {
        @inlinable @inline(__always)
        public static func rounded(_ vector: Vector) -> Integers {
            Integers(vcvtnq_s32_f32(vector.low), vcvtnq_s32_f32(vector.high))
        }
        @inlinable @inline(__always)
        public static func floats(_ integers: Integers) -> Vector {
            Vector(vcvtq_f32_s32(integers.low), vcvtq_f32_s32(integers.high))
        }
        @inlinable @inline(__always)
        public static func broadcast(_ value: Int32) -> Integers { Integers(repeating: vdupq_n_s32(value)) }
        @inlinable @inline(__always)
        public static func loadIntegers(_ source: UnsafePointer<Int32>) -> Integers {
            Integers(UnsafeRawPointer(source))
        }
        @inlinable @inline(__always)
        public static func subtractProduct(_ a: Integers, _ b: Integers, _ c: Integers) -> Integers {
            Integers(vmlsq_s32(a.low, b.low, c.low), vmlsq_s32(a.high, b.high, c.high))
        }
        @inlinable @inline(__always)
        public static func scale(_ vector: Vector, byPowersOfTwo n: Integers) -> Vector {
            multiply(vector, Vector(powerOfTwo(n.low), powerOfTwo(n.high)))
        }
        @inlinable @inline(__always)
        static func powerOfTwo(_ n: SIMD4<Int32>) -> SIMD4<Float> {
            unsafeBitCast((n &+ SIMD4(repeating: 127)) &<< SIMD4(repeating: 23), to: SIMD4<Float>.self)
        }

        @inlinable @inline(__always)
        public static func storeBFloat16(_ vector: Vector, to target: UnsafeMutablePointer<UInt16>, count: Int) {
            let numbers = SIMD8(lowHalf: bfloat16(vector.low), highHalf: bfloat16(vector.high))
            guard count < 8 else {
                return UnsafeMutableRawPointer(target).storeBytes(of: numbers, as: SIMD8<UInt16>.self)
            }
            var lane = 0
            while lane < count {
                target[lane] = numbers[lane]
                lane &+= 1
            }
        }

        /// `BFloat16.bits` of four floats.
        @inlinable @inline(__always)
        static func bfloat16(_ floats: SIMD4<Float>) -> SIMD4<UInt16> {
            let bits = unsafeBitCast(floats, to: SIMD4<UInt32>.self)
            let isOdd = (bits &>> SIMD4(repeating: 16)) & SIMD4(repeating: 1)
            let rounded = bits &+ (isOdd &+ SIMD4(repeating: 0x7FFF))
            let isNumber = vceqq_f32(floats, floats)
            let result = vbslq_u32(isNumber, rounded, bits | SIMD4(repeating: 0x40_0000))
            return vmovn_u32(result &>> SIMD4(repeating: 16))
        }

        @inlinable @inline(__always)
        public static func storeBytes(_ integers: Integers, to target: UnsafeMutablePointer<UInt8>, count: Int) {
            store(clamped(integers), to: target, count: count)
        }

        /// Each integer as the nearest in 0...255.
        @inlinable @inline(__always)
        public static func clamped(_ integers: Integers) -> SIMD8<UInt8> {
            vqmovn_u16(vcombine_u16(vqmovun_s32(integers.low), vqmovun_s32(integers.high)))
        }

        @inlinable @inline(__always)
        public static func store(_ bytes: SIMD8<UInt8>, to target: UnsafeMutablePointer<UInt8>, count: Int) {
            guard count < 8 else {
                return UnsafeMutableRawPointer(target).storeBytes(of: bytes, as: SIMD8<UInt8>.self)
            }
            var lane = 0
            while lane < count {
                target[lane] = bytes[lane]
                lane &+= 1
            }
        }
    }
#endif
