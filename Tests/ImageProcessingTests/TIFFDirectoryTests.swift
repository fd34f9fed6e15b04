import Testing

@testable import CaptionerImageProcessing

/// Directories at the edges of what numbers can say.
@Suite struct TIFFDirectoryTests {
    private static let header: [UInt8] = [0x4D, 0x4D, 0, 42, 0, 0, 0, 8]
    private static let orientation: [UInt8] = [0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]

    @Test(arguments: [[], [0, 0], [0xFF, 0xFF]] as [[UInt8]]) func aDirectoryWithoutEntriesHasNone(count: [UInt8]) {
        #expect(orientation(inTIFF: Self.header + count) == nil)
    }

    @Test func moreEntriesAreClaimedThanThereAre() {
        #expect(orientation(inTIFF: Self.header + [0xFF, 0xFF] + Self.orientation) == 6)
    }

    @Test func offsetsAndCountsThatLeadNowhereEndIt() {
        let huge: [UInt8] = [0x01, 0x10, 0, 12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]
        #expect(orientation(inTIFF: Self.header + [0, 2] + huge + Self.orientation) == nil)
        #expect(orientation(inTIFF: Self.header + [0, 2] + Self.orientation + huge) == 6)
        #expect(orientation(inTIFF: [0x49, 0x49, 42, 0, 0xFF, 0xFF, 0xFF, 0xFF]) == nil)
    }

    @Test func valuesMayLieAnywhere() {
        // The fraction 48 / 8, of which the directory itself is a part.
        let entry: [UInt8] = [0x01, 0x12, 0, 5, 0, 0, 0, 1, 0, 0, 0, 28, 0, 0, 0, 48, 0, 0, 0, 8]
        #expect(orientation(inTIFF: Self.header + [0, 1] + entry) == nil)
        #expect(orientation(inTIFF: Self.header + [0, 1] + entry + [0, 0, 0, 48, 0, 0, 0, 8]) == nil)
        let placed = entry.enumerated().map { $0.offset == 11 ? 22 : $0.element }
        #expect(orientation(inTIFF: Self.header + [0, 1] + placed) == 6)
    }

    @Test(arguments: [[], [0x4D], [0x4D, 0x4D, 0, 42, 0, 0, 0], [0x4D, 0x49, 0, 42, 0, 0, 0, 8]] as [[UInt8]])
    func whatIsNoTIFFIsNone(bytes: [UInt8]) {
        #expect(bytes.withUnsafeBytes { TIFFDirectory($0) == nil })
    }

    @Test func theLeastNumberByMinusOneOverflowsNothing() {
        let extreme: [UInt8] = [0x80, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]
        let value = extreme.withUnsafeBytes {
            TIFFType.signedRational.wholeNumber(in: ByteReader(bytes: $0), at: 0, bigEndian: true)
        }
        #expect(value == 0x8000_0000)
    }

    private func orientation(inTIFF bytes: [UInt8]) -> Int? {
        bytes.withUnsafeBytes { bytes in
            let directory = TIFFDirectory(bytes)
            return directory?.lastEntry(tag: 0x0112).flatMap { directory?.wholeNumber(of: $0) }
        }
    }
}
