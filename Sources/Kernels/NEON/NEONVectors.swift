#if arch(arm64)
    public import CaptionerKernels
    public import _Builtin_intrinsics.arm.neon

    /// Vectors of eight floats.
    public enum NEONVectors: NEONFloatVectors {}

    /// What vectors of eight floats share, however they are stored as bytes.
    public protocol NEONFloatVectors: VectorInstructions
    where Vector == EightLanes<SIMD4<Float>>, Integers == EightLanes<SIMD4<Int32>> {}

    extension NEONFloatVectors {
        @inlinable @inline(__always) public static var laneCount: Int { 8 }
        @inlinable @inline(__always) public static var zero: Vector { broadcast(0 as Float) }
        @inlinable @inline(__always)
        public static func broadcast(_ value: Float) -> Vector { Vector(repeating: vdupq_n_f32(value)) }

        @inlinable @inline(__always)
        public static func load(_ source: UnsafePointer<Float>) -> Vector { Vector(UnsafeRawPointer(source)) }

        @inlinable @inline(__always)
        public static func load(_ source: UnsafePointer<Float>, count: Int) -> Vector {
            guard count < 8 else { return load(source) }
            guard count >= 4 else { return Vector(loadLow(source, count: count), SIMD4()) }
            return Vector(
                UnsafeRawPointer(source).loadUnaligned(as: SIMD4<Float>.self),
                loadLow(source + 4, count: count &- 4))
        }

        /// The first `count` floats, at most three, and zeros.
        @inlinable @inline(__always)
        static func loadLow(_ source: UnsafePointer<Float>, count: Int) -> SIMD4<Float> {
            SIMD4(count > 0 ? source[0] : 0, count > 1 ? source[1] : 0, count > 2 ? source[2] : 0, 0)
        }

        @inlinable @inline(__always)
        public static func store(_ vector: Vector, to target: UnsafeMutablePointer<Float>) {
            vector.store(to: UnsafeMutableRawPointer(target))
        }

        @inlinable @inline(__always)
        public static func store(_ vector: Vector, to target: UnsafeMutablePointer<Float>, count: Int) {
            guard count < 8 else { return store(vector, to: target) }
            guard count >= 4 else { return storeLow(vector.low, to: target, count: count) }
            UnsafeMutableRawPointer(target).storeBytes(of: vector.low, as: SIMD4<Float>.self)
            storeLow(vector.high, to: target + 4, count: count &- 4)
        }

        /// The first `count` floats, at most three.
        @inlinable @inline(__always)
        static func storeLow(_ register: SIMD4<Float>, to target: UnsafeMutablePointer<Float>, count: Int) {
            if count > 0 { target[0] = register.x }
            if count > 1 { target[1] = register.y }
            if count > 2 { target[2] = register.z }
        }

        @inlinable @inline(__always)
        public static func add(_ a: Vector, _ b: Vector) -> Vector { Vector(a.low + b.low, a.high + b.high) }
        @inlinable @inline(__always)
        public static func subtract(_ a: Vector, _ b: Vector) -> Vector { Vector(a.low - b.low, a.high - b.high) }
        @inlinable @inline(__always)
        public static func multiply(_ a: Vector, _ b: Vector) -> Vector { Vector(a.low * b.low, a.high * b.high) }
        @inlinable @inline(__always)
        public static func divide(_ a: Vector, _ b: Vector) -> Vector { Vector(a.low / b.low, a.high / b.high) }
        @inlinable @inline(__always)
        public static func multiplyAdd(_ a: Vector, _ b: Vector, _ c: Vector) -> Vector {
            Vector(vfmaq_f32(c.low, a.low, b.low), vfmaq_f32(c.high, a.high, b.high))
        }

        // A comparison and a choice: the instructions for minima return NaN where either number is NaN.
        @inlinable @inline(__always)
        public static func minimum(_ a: Vector, _ b: Vector) -> Vector {
            Vector(
                vbslq_f32(vcltq_f32(a.low, b.low), a.low, b.low),
                vbslq_f32(vcltq_f32(a.high, b.high), a.high, b.high))
        }
        @inlinable @inline(__always)
        public static func maximum(_ a: Vector, _ b: Vector) -> Vector {
            Vector(
                vbslq_f32(vcgtq_f32(a.low, b.low), a.low, b.low),
                vbslq_f32(vcgtq_f32(a.high, b.high), a.high, b.high))
        }

        @inlinable @inline(__always)
        public static func sum(_ vector: Vector) -> Float {
            let fours = vector.low + vector.high
            let twos = fours.lowHalf + fours.highHalf
            return twos.x + twos.y
        }
        @inlinable @inline(__always)
        public static func minimum(of vector: Vector) -> Float {
            let fours = vbslq_f32(vcltq_f32(vector.low, vector.high), vector.low, vector.high)
            return min(min(fours.x, fours.y), min(fours.z, fours.w))
        }
        @inlinable @inline(__always)
        public static func maximum(of vector: Vector) -> Float {
            let fours = vbslq_f32(vcgtq_f32(vector.low, vector.high), vector.low, vector.high)
            return max(max(fours.x, fours.y), max(fours.z, fours.w))
        }
    }
#endif
