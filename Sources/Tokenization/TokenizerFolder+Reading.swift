import CaptionerFiles
import CaptionerJSON
import SystemPackage

extension TokenizerFolder {
    func path(_ name: String) -> String { folder.appending(name).escaped }

    /// Reads a JSON file as Python's `json` does: `NaN` is a number, and of a repeated name the last counts.
    /// - Returns: nil when there is no such file.
    func read<Result>(
        _ name: String, _ parse: (JSONField) throws(TokenizerRejection) -> Result
    ) throws(TokenizerError) -> Result? {
        guard let data = try data(name) else { return nil }
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONParser.parse(data)
        } catch {
            let explanation = Self.explanation(data, expected: .json)
            throw .malformed(
                file: path(name), keyPath: "", cause: explanation ?? "it is not valid JSON: \(error.cause)")
        }
        do {
            return try parse(JSONField(value: document, path: ""))
        } catch {
            throw .malformed(file: path(name), keyPath: error.keyPath, cause: error.cause)
        }
    }

    /// Reads a list, a line for each.
    /// - Parameter isListOfTokens: whether lines are single tokens, of which the first is in brackets, rather than merges.
    /// - Returns: nil when there is no such file.
    func text(_ name: String, isListOfTokens: Bool = false) throws(TokenizerError) -> String? {
        guard let data = try data(name) else { return nil }
        // The header is what only such a list has; without it, something else may look like one.
        let isCertain = data.isEmpty || data.starts(with: "#version".utf8)
        if !isCertain, let explanation = Self.explanation(data, expected: .text) {
            // Two tokens may well begin with a bracket, but then each line has two.
            let text = String(validating: data, as: UTF8.self)
            let isList = text.map { isListOfTokens || (try? MergeList.parse($0, file: name)) != nil } ?? false
            let content = ContentName.of(data) ?? ""
            if !isList || content == "HTML" || content.hasPrefix("a Git LFS pointer") {
                throw .malformed(file: path(name), keyPath: "", cause: explanation)
            }
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw .malformed(file: path(name), keyPath: "", cause: "it is not UTF-8")
        }
        return text
    }

    /// What a file is in place of what it should be.
    private static func explanation(_ data: [UInt8], expected: ForeignContents.Expected) -> String? {
        data.isEmpty
            ? "it is empty; download the file again" : ForeignContents.explanation(data, expected: expected)
    }

    /// The bytes of a file, but for a byte order mark.
    private func data(_ name: String) throws(TokenizerError) -> [UInt8]? {
        let path = folder.appending(name)
        guard path.exists else { return nil }
        do {
            let data = try FileBytes.of(path)
            return Array(data.withoutByteOrderMark)
        } catch {
            throw .unreadable(file: path.escaped, cause: path.cause(error.rawValue))
        }
    }
}
