import CaptionerJSON
import Crypto

/// Which row of an output is meant: the number of its first line, from 1, and what is written there.
struct RowKey: Hashable, Sendable {
    let line: Int
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

/// The rows of an output by line and by contents. A row that is on another line since is the same if nothing else has
/// its contents.
struct RowKeys: Sendable {
    private(set) var byLine: [Int: RowKey] = [:]
    /// 0 for contents of several rows.
    private var lines: [UInt64: Int] = [:]

    mutating func add(_ key: RowKey) {
        byLine[key.line] = key
        lines[key.digest] = lines[key.digest] == nil ? key.line : 0
    }

    /// The rows that are meant by keys of this output or of an earlier state of it. Keys of rows that are not there any
    /// more, or cannot be told from others, are left out.
    func current(_ keys: some Sequence<RowKey>) -> [RowKey: RowKey] {
        var rows: [RowKey: RowKey] = [:]
        var moved: [RowKey] = []
        for key in keys {
            if byLine[key.line] == key { rows[key] = key } else { moved.append(key) }
        }
        // What stayed in its place is none that came there.
        var taken = Set(rows.keys)
        for key in moved.sorted(by: { $0.line < $1.line }) {
            guard let line = lines[key.digest], let row = byLine[line], taken.insert(row).inserted else { continue }
            rows[key] = row
        }
        return rows
    }
}
