/// Codes of variable length that stand for strings of bytes, in blocks of up to 255 bytes (GIF89a, appendix F).
///
/// What is broken ends where Pillow's decoder ends, which reads a block only when all of it is there.
struct LZWReader {
    /// Why there is no more.
    enum Ending: Equatable {
        case complete
        case truncated
        case broken

        var description: String {
            switch self {
            case .complete: "the data ends before the last row"
            case .truncated: RGBImage.truncationNote
            case .broken: "a code that stands for nothing"
            }
        }
    }

    private static let tableSize = 4096
    /// Pillow hands the file to its decoder in pieces of this size. At the end code its decoder waits for the next piece and
    /// goes on, which shows where the code comes too early in a large file.
    private static let pieceSize = 65_536

    private let bytes: UnsafeRawBufferPointer
    private var position: Int
    /// The end of the pieces that were handed over.
    private var limit: Int
    private var blockRest = 0
    private var bitBuffer: UInt32 = 0
    private var bitCount = 0
    private let bits: Int
    private var codeSize: Int

    init(_ bytes: UnsafeRawBufferPointer, at offset: Int, bits: Int) {
        self.bytes = bytes
        self.bits = bits
        position = offset
        limit = min(offset + Self.pieceSize, bytes.count)
        codeSize = bits + 1
    }

    /// Reads to the end.
    /// - Parameter write: is given the strings, and says whether there is room for more.
    mutating func read(_ write: (UnsafeBufferPointer<UInt8>) -> Bool) -> Ending {
        let size = Self.tableSize
        // Of each code the string without its last byte, as a code, and that byte.
        return withUnsafeTemporaryAllocation(of: UInt16.self, capacity: size) { prefixes in
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { suffixes in
                // A string of as many bytes as there are codes, and its first byte.
                withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size + 1) { string in
                    read(prefixes, suffixes, string, write)
                }
            }
        }
    }

    private mutating func read(
        _ prefixes: UnsafeMutableBufferPointer<UInt16>, _ suffixes: UnsafeMutableBufferPointer<UInt8>,
        _ string: UnsafeMutableBufferPointer<UInt8>, _ write: (UnsafeBufferPointer<UInt8>) -> Bool
    ) -> Ending {
        let (clear, end) = (1 << bits, (1 << bits) + 1)
        var next = clear + 2
        /// The code before, and the first byte of its string; nil after a clear code.
        var last: (code: Int, first: UInt8)?
        while let code = nextCode() {
            if code == clear {
                (next, last, codeSize) = (clear + 2, nil, bits + 1)
                continue
            }
            if code == end {
                guard limit < bytes.count else { return .complete }
                limit = min(limit + Self.pieceSize, bytes.count)
                continue
            }
            // Strings are put together from their end.
            var place = string.count
            var rest = code
            if let last {
                guard code <= next else { return .broken }
                if code == next {
                    place -= 1
                    string[place] = last.first
                    rest = last.code
                }
                while rest >= clear {
                    guard place > 1, rest < Self.tableSize else { return .broken }
                    place -= 1
                    string[place] = suffixes[rest]
                    rest = Int(prefixes[rest])
                }
            } else if code > clear {
                return .broken
            }
            // With more than eight bits a literal code is more than a byte.
            let first = UInt8(truncatingIfNeeded: rest)
            place -= 1
            string[place] = first
            if let last, next < Self.tableSize {
                suffixes[next] = first
                prefixes[next] = UInt16(last.code)
                if next == (1 << codeSize) - 1, codeSize < 12 { codeSize += 1 }
                next += 1
            }
            last = (code, first)
            guard write(UnsafeBufferPointer(rebasing: string[place...])) else { return .complete }
        }
        return .truncated
    }

    /// The next code; nil where no whole block is left.
    private mutating func nextCode() -> Int? {
        while bitCount < codeSize {
            if blockRest == 0 {
                guard beginBlock() else { return nil }
                continue
            }
            bitBuffer |= UInt32(bytes[position]) << bitCount
            bitCount += 8
            position += 1
            blockRest -= 1
        }
        defer {
            bitBuffer >>= codeSize
            bitCount -= codeSize
        }
        return Int(bitBuffer) & ((1 << codeSize) - 1)
    }

    private mutating func beginBlock() -> Bool {
        while true {
            if position < limit, position + Int(bytes[position]) + 1 <= limit {
                blockRest = Int(bytes[position])
                position += 1
                return true
            }
            guard limit < bytes.count else { return false }
            limit = min(limit + Self.pieceSize, bytes.count)
        }
    }
}
