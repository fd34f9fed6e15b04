import CaptionerFiles
package import CaptionerJSON
package import SystemPackage

/// A line of a Data-Juicer data set: `{"id": ..., "text": ..., "images": [PATH, ...], ...}`.
package struct Sample: Sendable {
    /// The line as it was read.
    package let line: [UInt8]
    /// Its members, and where their values are in the line.
    package let members: [JSONMember]
    package let valueRanges: [Range<Int>]
    /// Whether there are names in it with half of a surrogate pair.
    package let hasIllFormedKeys: Bool
    package let fields: DataSetFields
    /// What relative image paths are relative to.
    package let folder: FilePath

    /// - Throws: `JSONError`.
    init(line: [UInt8], fields: DataSetFields, folder: FilePath) throws(JSONError) {
        self.line = line
        (members, valueRanges, hasIllFormedKeys) = try JSONParser.parseObject(line)
        self.fields = fields
        self.folder = folder
    }

    subscript(key: String) -> JSONValue? { members.value(of: key) }

    package var id: JSONValue? { self["id"] }
    package var text: String? { self[fields.text]?.text }
    /// A prompt of its own.
    package var prompt: String? { fields.prompt.flatMap { self[$0]?.text } }

    /// What can be read as a path in the list of its images.
    var namedPaths: [String] { self[fields.images]?.elements?.compactMap(\.text) ?? [] }

    /// - Throws: `ItemFailure` when it has a prompt of its own that cannot be read.
    func checkPrompt() throws(ItemFailure) {
        if let prompt = fields.prompt { try Self.check(self[prompt], of: prompt) }
    }

    /// Its images as they are written, none if the field is missing or null.
    /// - Throws: `ItemFailure` when the field is no list of paths.
    package func images() throws(ItemFailure) -> [String] {
        guard let value = self[fields.images], !value.isNull else { return [] }
        guard let elements = value.elements else {
            throw ItemFailure(stage: .sample, message: "\"\(fields.images)\" is no list of paths")
        }
        var paths: [String] = []
        for element in elements {
            try Self.check(element, of: fields.images)
            guard let path = element.text else {
                throw ItemFailure(stage: .sample, message: "\"\(fields.images)\" holds something that is no path")
            }
            paths.append(path)
        }
        return paths
    }

    /// Its text.
    /// - Throws: `ItemFailure` when there is none.
    func requiredText() throws(ItemFailure) -> String {
        try Self.check(self[fields.text], of: fields.text)
        guard let text else {
            throw ItemFailure(stage: .sample, message: "\"\(fields.text)\" is missing or no text")
        }
        return text
    }

    /// Nothing is made of a text that no `String` can hold: what was written of it would be another.
    private static func check(_ value: JSONValue?, of field: String) throws(ItemFailure) {
        guard case .illFormedString = value else { return }
        throw ItemFailure(
            stage: .sample,
            message: "\"\(field)\" has half of a surrogate pair, such as \\ud800, which is no character")
    }

    /// A path as Data-Juicer has it after loading: joined to the folder of the data set unless it is absolute, or an
    /// address that is left alone. Below a folder whose path is not UTF-8 it becomes a `file:` address.
    /// - Parameter profile: the version of Data-Juicer; nil for all addresses to be left alone.
    func absolutePath(_ path: String, _ profile: CompatibilityProfile?) -> String {
        Self.absolutePath(path, in: folder, profile)
    }

    static func absolutePath(_ path: String, in folder: FilePath, _ profile: CompatibilityProfile?) -> String {
        if path.utf8.first == UInt8(ascii: "/") { return path }
        if let scheme = AddressScheme.of(path), profile.map({ $0.remoteSchemes.contains(scheme) }) ?? true {
            return path
        }
        // Below the root there is one slash, too.
        let start = folder.bytes.last == UInt8(ascii: "/") ? folder.bytes : folder.bytes + [UInt8(ascii: "/")]
        // No JSON holds a path that is not UTF-8; an address says which one is meant, and is no path.
        return String(validating: start, as: UTF8.self).map { $0 + path } ?? FilePath.address(start + path.utf8)
    }

    /// What has to be captioned for one of its images.
    /// - Parameters:
    ///   - index: the image's, in the list of its images.
    ///   - profile: the version of Data-Juicer, which reads neither addresses nor Base64.
    func captionTask(for path: String, at index: Int, _ profile: CompatibilityProfile?) -> CaptionTask {
        let picture: any PictureSource =
            if profile == nil, let encoded = EncodedPicture(at: index, name: path, in: members) {
                encoded
            } else if profile != nil, AddressScheme.of(path) != nil {
                UnavailablePicture(cause: "cannot read \(path.shortened): an address, and with --compat none is read")
            } else {
                PictureReference.source(of: path, in: folder)
            }
        return CaptionTask(picture: picture, name: path, prompt: prompt)
    }

    /// The line with the values of some members replaced and every other byte as it was.
    /// - Parameter last: a member after the others.
    package func line(replacing replacements: [ExactString: JSONValue], adding last: JSONMember? = nil) -> String {
        var result: [UInt8] = []
        var position = 0
        for (member, range) in zip(members, valueRanges) {
            guard member.illFormedKey == nil, let value = replacements[member.key] else { continue }
            result += line[position..<range.lowerBound]
            result += value.json().utf8
            position = range.upperBound
        }
        if let last, let end = line.lastIndex(of: UInt8(ascii: "}")) {
            result += line[position..<(valueRanges.last?.upperBound ?? end)]
            result += (members.isEmpty ? "" : ", ").utf8
            result += "\(JSONValue.string(last.key.string).json()): \(last.value.json())".utf8
            position = end
        }
        result += line[position...]
        return String(decoding: result, as: UTF8.self)
    }
}
