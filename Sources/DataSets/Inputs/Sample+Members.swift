import CaptionerFiles
import CaptionerJSON

extension Sample {
    /// The line with the value of a member replaced, or with the member after the others if there is none of that name.
    /// Every other byte is as it was, but for the values of others that are replaced, too, and white space before the end.
    func line(
        setting name: String, to value: JSONValue, replacing others: [ExactString: JSONValue] = [:]
    ) -> String {
        guard self[name] != nil else { return line(replacing: others, adding: JSONMember(name, value)) }
        return line(replacing: others.merging([ExactString(name): value]) { $1 })
    }

    /// The line without the members of a name, every other byte as it was.
    func line(without name: String) -> String {
        let key = ExactString(name)
        guard let open = line.firstIndex(of: UInt8(ascii: "{")), let last = valueRanges.last else {
            return line(replacing: [:])
        }
        var result = Array(line[...open])
        var start = open + 1
        var isFirst = true
        var isBehindGap = false
        for (member, range) in zip(members, valueRanges) {
            // With the comma before it, where there is one.
            let piece = line[start..<range.upperBound]
            start = range.upperBound
            if member.illFormedKey == nil, member.key == key {
                isBehindGap = true
                continue
            }
            result += isFirst && isBehindGap ? piece.drop { $0 <= 0x20 || $0 == UInt8(ascii: ",") } : piece
            isFirst = false
        }
        return String(decoding: result + line[last.upperBound...], as: UTF8.self)
    }
}

extension Sample {
    /// The sample with absolute paths of images.
    /// - Parameter profile: the version of Data-Juicer that says which addresses are left alone.
    func withAbsolutePaths(_ profile: CompatibilityProfile?) -> Sample {
        guard let images = self[fields.images]?.elements else { return self }
        let paths = images.map { image in image.text.map { .string(absolutePath($0, profile)) } ?? image }
        guard paths != images else { return self }
        let line = line(replacing: [ExactString(fields.images): .array(paths)])
        // What was read before can be read again.
        return (try? Sample(line: Array(line.utf8), fields: fields, folder: folder)) ?? self
    }
}
