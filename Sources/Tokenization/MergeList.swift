/// The list of merges in its two notations.
enum MergeList {
    /// Reads `merges.txt`: a pair with a blank between in each line, the earliest merge first. Lines that start with
    /// `#version` and empty lines do not count.
    static func parse(_ text: String, file: String) throws(TokenizerError) -> [(left: String, right: String)] {
        var merges: [(left: String, right: String)] = []
        // Lines end at line feeds only, and a carriage return and a line feed are one character for String.
        for (index, line) in text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .enumerated()
        {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if line.isEmpty || line.starts(with: "#version".utf8) { continue }
            guard let pair = pair(line) else {
                throw .malformed(
                    file: file, keyPath: "line \(index + 1)",
                    cause: "\"\(Substring(line))\" is not two tokens with a blank between")
            }
            merges.append(pair)
        }
        return merges
    }

    /// Splits a merge that is written with a blank between its two tokens.
    static func pair(_ text: Substring.UTF8View) -> (left: String, right: String)? {
        guard let blank = text.firstIndex(of: UInt8(ascii: " ")) else { return nil }
        let (left, right) = (text[..<blank], text[text.index(after: blank)...])
        guard !left.isEmpty, !right.isEmpty, !right.contains(UInt8(ascii: " ")) else { return nil }
        return (String(Substring(left)), String(Substring(right)))
    }
}
