#if arch(arm64)
    /// Two registers, one after the other: eight lanes of 32 bits.
    ///
    /// `SIMD8` would be the same numbers; as two `SIMD4` each half is a register to the compiler from the start.
    public struct EightLanes<Register> {
        public var low: Register
        public var high: Register

        @inlinable @inline(__always)
        public init(_ low: Register, _ high: Register) {
            self.low = low
            self.high = high
        }

        @inlinable @inline(__always)
        public init(repeating register: Register) { self.init(register, register) }

        @inlinable @inline(__always)
        public init(_ source: UnsafeRawPointer) where Register: BitwiseCopyable {
            self.init(
                source.loadUnaligned(as: Register.self), (source + 16).loadUnaligned(as: Register.self))
        }

        @inlinable @inline(__always)
        public func store(to target: UnsafeMutableRawPointer) where Register: BitwiseCopyable {
            target.storeBytes(of: low, as: Register.self)
            (target + 16).storeBytes(of: high, as: Register.self)
        }
    }
#endif
