/// What a pax header says of the member after it: `LENGTH KEYWORD=VALUE\n`, one record after the other.
struct PAXRecords {
    struct Record {
        let keyword: String
        let value: ArraySlice<UInt8>
        /// The whole of it.
        let bytes: ArraySlice<UInt8>
    }

    /// Those that are whole, up to the first that is not.
    let records: [Record]

    init(_ contents: ArraySlice<UInt8>) {
        var records: [Record] = []
        var rest = contents
        while let space = rest.firstIndex(of: 0x20),
            let length = Int(String(decoding: rest[..<space], as: UTF8.self)), length > space - rest.startIndex,
            length <= rest.count
        {
            let bytes = rest.prefix(length)
            let record = bytes[(space + 1)...].dropLast()
            rest = rest.dropFirst(length)
            guard let sign = record.firstIndex(of: UInt8(ascii: "=")) else { continue }
            records.append(
                Record(
                    keyword: String(decoding: record[..<sign], as: UTF8.self), value: record[(sign + 1)...],
                    bytes: bytes))
        }
        self.records = records
    }

    static func record(_ keyword: String, _ value: [UInt8]) -> [UInt8] {
        let rest = Array(" \(keyword)=".utf8) + value + [0x0A]
        // It begins with its own length.
        var length = rest.count
        while length != rest.count + "\(length)".utf8.count { length = rest.count + "\(length)".utf8.count }
        return Array("\(length)".utf8) + rest
    }

    /// What begins so says where a file has holes.
    static let sparsePrefix = "GNU.sparse."

    /// Whether a record is about contents that are replaced, and not about the file.
    static func isOfContents(_ keyword: String) -> Bool {
        keyword.hasPrefix(sparsePrefix) || ["size", "linkpath", "SCHILY.realsize"].contains(keyword)
    }
}
