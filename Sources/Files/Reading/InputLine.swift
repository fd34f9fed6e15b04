/// A line of an input, read or passed over.
package enum InputLine: Sendable, Equatable {
    /// Its bytes, without the line break.
    case bytes([UInt8])
    /// It was longer than the limit, in bytes, and was not kept.
    case tooLong(limit: Int)

    /// What it takes in memory.
    package var byteCount: Int { if case .bytes(let bytes) = self { bytes.count } else { 0 } }

    /// Whether there is nothing but white space.
    package var isBlank: Bool { if case .bytes(let bytes) = self { bytes.isBlank } else { false } }

    /// The bytes of a line that was read, nil of one that was too long.
    package var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }

    /// The bytes of a line that was read.
    /// - Throws: `LineTooLong`.
    package func read() throws(LineTooLong) -> [UInt8] {
        switch self {
        case .bytes(let bytes): return bytes
        case .tooLong(let limit): throw LineTooLong(limit: limit)
        }
    }
}

/// Why a line could not be read.
package struct LineTooLong: Error, CustomStringConvertible {
    package let limit: Int

    package init(limit: Int) { self.limit = limit }

    package var description: String { "longer than \(limit) bytes" }
}

extension Sequence<UInt8> {
    /// Whether there is nothing but white space.
    package var isBlank: Bool { allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) } }
}
