import Foundation
import Testing

@testable import CaptionerImageProcessing

/// Texts of PNGs: packed ones, and digits that encode bytes.
@Suite struct PNGTextTests {
    /// "orientation" as zlib packs it.
    private let stream: [UInt8] = [
        0x78, 0x9C, 0xCB, 0x2F, 0xCA, 0x4C, 0xCD, 0x2B, 0x49, 0x2C, 0xC9, 0xCC, 0xCF, 0x03, 0x00, 0x1C, 0x13, 0x04,
        0xAD,
    ]

    @Test func aStreamIsUnpackedAsFarAsItGoes() {
        let whole = inflated(stream, limit: 100)
        #expect(whole == Array("orientation".utf8))
        #expect(inflated(stream + [1, 2, 3], limit: 100) == whole)
        #expect(inflated(Array(stream.dropLast(4)), limit: 100) == whole)
        #expect(inflated(Array(stream.prefix(6)), limit: 100) == Array("ori".utf8))
        #expect(inflated([], limit: 100) == [])
    }

    @Test func aStreamThatIsBrokenOrTooLongIsNone() {
        #expect(inflated(Array(stream.dropLast()) + [0], limit: 100) == nil)
        #expect(inflated(Array("nonsense".utf8), limit: 100) == nil)
        #expect(inflated(stream, limit: 10) == nil)
        #expect(inflated(stream, limit: 11) != nil)
    }

    @Test(
        arguments: [
            ("", []), ("a\nb\nc", []), ("a\nb\nc\n", []), ("\nexif\n 2\n0aF0", [0x0A, 0xF0]), ("\n\n\n0\na", [0x0A]),
            ("\n\n\n0a \t\r0b\n", [0x0A, 0x0B]), ("\n\n\n0 a", nil), ("\n\n\n0a0", nil), ("\n\n\n0g", nil),
            ("\n\n\n0a\u{E9}", nil),
        ] as [(String, [UInt8]?)])
    func digitsComeByTwos(text: String, bytes: [UInt8]?) {
        #expect(RawProfile.bytes(of: Array(text.utf8)) == bytes)
    }

    @Test func textIsNotUnpackedWithoutEnd() {
        let payload = Array("Raw profile type exif\0\0".utf8) + stream
        var budget = 12
        #expect(unpacked(payload, budget: &budget) == Array("orientation".utf8))
        #expect(budget == 1)
        #expect(unpacked(payload, budget: &budget) == Array("orientation".utf8))
        #expect(unpacked(payload, budget: &budget) == [])
    }

    private func inflated(_ stream: [UInt8], limit: Int) -> [UInt8]? {
        stream.withUnsafeBytes { Inflation.inflated($0, limit: limit) }
    }

    private func unpacked(_ payload: [UInt8], budget: inout Int) -> [UInt8]? {
        Array("zTXt".utf8).withUnsafeBytes { type in
            payload.withUnsafeBytes { PNGText(type: type, payload: $0, budget: &budget)?.bytes }
        }
    }
}
