import Testing

@testable import CaptionerCheckpoints

struct FloatConversionTests {
    /// All bit patterns of 16 bits, after as many bytes as it takes to miss the alignment.
    private static let allPatterns = (0...UInt16.max).map { $0 }

    private func convert(
        _ bytes: [UInt8], skipping offset: Int,
        _ body: (UnsafeRawBufferPointer, UnsafeMutableBufferPointer<Float>) -> Void
    ) -> [Float] {
        bytes.withUnsafeBytes { bytes in
            let source = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            return [Float](unsafeUninitializedCapacity: source.count / 2) { target, count in
                body(source, UnsafeMutableBufferPointer(rebasing: target[..<(source.count / 2)]))
                count = source.count / 2
            }
        }
    }

    @Test(arguments: [0, 1]) func bfloat16IsTheUpperHalfOfAFloat(offset: Int) {
        let source = Array(repeating: 0, count: offset) + bytes(Self.allPatterns)
        let floats = convert(source, skipping: offset, FloatConversion.bfloat16)
        #expect(floats.map(\.bitPattern) == Self.allPatterns.map { UInt32($0) << 16 })
    }

    @Test(arguments: [0, 1]) func float16HasTheValueThatIEEE754GivesIt(offset: Int) {
        let source = Array(repeating: 0, count: offset) + bytes(Self.allPatterns)
        let floats = convert(source, skipping: offset, FloatConversion.float16)
        for (bits, float) in zip(Self.allPatterns, floats) {
            let fraction = Float(bits & 0x3FF)
            let exponent = Int(bits >> 10 & 0x1F)
            #expect(float.sign == (bits & 0x8000 == 0 ? .plus : .minus))
            switch exponent {
            case 0: #expect(float.magnitude == fraction * 0x1p-24)
            case 31: #expect(fraction == 0 ? float.isInfinite : float.isNaN)
            default:
                #expect(
                    float.magnitude == Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction / 1024))
            }
            #if !(os(macOS) && arch(x86_64))
                let expected = Float(Float16(bitPattern: bits))
                #expect(float.bitPattern == expected.bitPattern || float.isNaN && expected.isNaN)
            #endif
        }
    }
}
