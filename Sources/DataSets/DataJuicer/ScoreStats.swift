import CaptionerJSON

/// The scores of a run among the numbers of a sample, `__dj__stats__`.
package enum ScoreStats {
    package static let field = SampleStats.field
    /// Of each chunk with images: how similar its text is to them.
    package static let similarity = "image_text_similarity"

    /// The statistics of a sample with those that it had. What is there is replaced, but with a profile not: Data-Juicer
    /// computes none again, though the text may have changed since.
    static func merged(
        _ stats: JSONValue, into earlier: JSONValue?, _ profile: CompatibilityProfile?
    ) -> JSONValue {
        guard let new = stats.members, var members = earlier?.members else { return stats }
        for member in new {
            if let index = members.firstIndex(where: { $0.key == member.key }) {
                if profile == nil { members[index] = member }
            } else {
                members.append(member)
            }
        }
        return .object(members)
    }

    /// A line with statistics as its last member.
    static func appended(_ stats: JSONValue, to line: String) -> String {
        var bytes = Array(line.utf8)
        guard let end = bytes.lastIndex(of: UInt8(ascii: "}")) else { return line }
        var start = end
        while start > 0, " \t\r\n".utf8.contains(bytes[start - 1]) { start -= 1 }
        let isFirst = start > 0 && bytes[start - 1] == UInt8(ascii: "{")
        let member = (isFirst ? "" : ", ") + "\"\(SampleStats.field)\": \(stats.json())"
        bytes.insert(contentsOf: member.utf8, at: start)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A row with statistics in place of its own, or as its last column.
    static func set(_ stats: JSONValue, in row: JSONValue) -> JSONValue {
        guard var members = row.members else { return row }
        if let index = members.firstIndex(where: { $0.key == ExactString(SampleStats.field) }) {
            members[index] = JSONMember(members[index].key, stats)
        } else {
            members.append(JSONMember(SampleStats.field, stats))
        }
        return .object(members)
    }
}
