/// bfloat16: the upper half of a float32.
public enum BFloat16 {
    /// The nearest bfloat16, ties to even. NaN stays NaN.
    @inlinable @inline(__always)
    public static func bits(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        guard bits & 0x7FFF_FFFF <= 0x7F80_0000 else { return UInt16((bits | 0x40_0000) >> 16) }
        return UInt16((bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
    }

    @inlinable @inline(__always)
    public static func value(_ bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }
}
