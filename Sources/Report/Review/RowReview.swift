package import CaptionerJSON
import Crypto

/// What became of a row in a review.
package struct RowReview: Sendable, Equatable {
    package enum Decision: String, Sendable {
        /// Nothing was decided, or that was taken back.
        case open
        case accepted
        /// It has other captions.
        case changed
        case rejected
    }

    package var decision = Decision.open
    /// Of a changed row, as many as the row has.
    package var captions: [String]?

    package init(_ decision: Decision = .open, captions: [String]? = nil) {
        self.decision = decision
        self.captions = captions
    }

    /// `{"decision": ..., "captions": [...]}`, among other members.
    var members: [JSONMember] {
        [JSONMember("decision", .string(decision.rawValue))]
            + (captions.map { [JSONMember("captions", .array($0.map { .string($0) }))] } ?? [])
    }

    /// - Returns: nil for what is none.
    package init?(_ json: JSONValue) {
        guard let decision = json["decision"]?.text.flatMap({ Decision(rawValue: $0) }) else { return nil }
        self.decision = decision
        guard decision == .changed else { return }
        guard let elements = json["captions"]?.elements, !elements.isEmpty else { return nil }
        let texts = elements.compactMap(\.text)
        guard texts.count == elements.count else { return nil }
        captions = texts
    }
}

/// Which row of an output is meant: the number of its first line, from 1, and what is written there.
struct RowKey: Hashable, Sendable {
    var line: Int
    /// The first bytes of the row's SHA-256.
    let digest: UInt64

    init(line: Int, digest: UInt64) { (self.line, self.digest) = (line, digest) }

    init(_ row: OutputRows.Row) {
        let hash = SHA256.hash(data: row.bytes)
        self.init(line: row.line, digest: hash.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// `{"line": ..., "sha256": ...}`, among other members.
    var members: [JSONMember] {
        let digits = String(digest, radix: 16)
        return [
            JSONMember("line", .integer(line)),
            JSONMember("sha256", .string(String(repeating: "0", count: 16 - digits.count) + digits)),
        ]
    }

    init?(_ json: JSONValue) {
        guard let line = json["line"]?.size, let digits = json["sha256"]?.text, digits.utf8.count == 16,
            let digest = UInt64(digits, radix: 16)
        else { return nil }
        self.init(line: line, digest: digest)
    }
}

/// The rows of an output by line and by contents. A row that stands on another line since is the same if nothing else has
/// its contents.
struct RowKeys: Sendable {
    private(set) var byLine: [Int: RowKey] = [:]
    /// 0 for contents of several rows.
    private var lines: [UInt64: Int] = [:]

    mutating func add(_ key: RowKey) {
        byLine[key.line] = key
        lines[key.digest] = lines[key.digest] == nil ? key.line : 0
    }

    /// The row that is meant by a key of this output or of an earlier state of it; nil if there is none.
    func current(_ key: RowKey) -> RowKey? {
        if byLine[key.line] == key { return key }
        return lines[key.digest].flatMap { $0 == 0 ? nil : byLine[$0] }
    }
}
