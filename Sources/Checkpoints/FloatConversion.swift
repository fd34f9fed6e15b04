/// From the floating-point types of checkpoints, little endian and at any address, to float32.
///
/// All conversions are exact. They are plain loops over pointers, without branches, because that is what the compiler
/// turns into vector instructions: a checkpoint in half precision goes through here whole.
enum FloatConversion {
    /// Copies float32.
    static func float32(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) {
        convert(source, into: target) { (bits: UInt32) in Float(bitPattern: bits) }
    }

    /// Converts bfloat16, which is the upper half of a float32.
    static func bfloat16(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) {
        convert(source, into: target) { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    }

    /// Converts IEEE 754 binary16: 1 sign bit, 5 exponent bits with bias 15, 10 fraction bits.
    static func float16(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) {
        convert(source, into: target, float16)
    }

    /// The value of a binary16, from its bits.
    ///
    /// A hardware instruction does this, but not on every x86-64, and the library call that replaces it does not
    /// vectorise.
    @inline(__always)
    static func float16(_ bits: UInt16) -> Float {
        let magnitude = UInt32(bits & 0x7FFF) << 13
        let sign = UInt32(bits & 0x8000) << 16
        // Exponents move from bias 15 to bias 127; all ones, infinity and NaN, have to stay all ones.
        let isFinite = magnitude < 0x0F80_0000
        let normal = magnitude &+ (isFinite ? 112 << 23 : 224 << 23)
        // A subnormal has no implicit 1: adding one, 2^-14, and subtracting it normalises the fraction.
        let subnormal = Float(bitPattern: magnitude &+ (113 << 23)) - 0x1p-14
        let isSubnormal = magnitude < 0x0080_0000
        return Float(bitPattern: (isSubnormal ? subnormal.bitPattern : normal) | sign)
    }

    @inline(__always)
    private static func convert<Bits: FixedWidthInteger>(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>, _ value: (Bits) -> Float
    ) {
        let count = target.count
        precondition(
            source.count == count * MemoryLayout<Bits>.stride, "\(source.count) bytes are not \(count) elements")
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        for index in 0..<count {
            let bits = source.loadUnaligned(fromByteOffset: index &* MemoryLayout<Bits>.stride, as: Bits.self)
            target[index] = value(Bits(littleEndian: bits))
        }
    }
}
