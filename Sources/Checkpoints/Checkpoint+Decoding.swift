import Foundation

extension Checkpoint {
    /// Decodes a JSON file of the folder, such as `config.json`.
    /// - Returns: `nil` when there is no such file.
    /// - Throws: `CheckpointError.unreadable`, or `.undecodable` with the key path when the JSON is bad or of other types than `T`.
    public func decode<T: Decodable>(_ type: T.Type, from fileName: String) throws(CheckpointError) -> T? {
        let url = folder.appendingPathComponent(fileName)
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        let file = try MappedFile(url)
        do {
            return try JSONDecoder().decode(type, from: Data(file.bytes))
        } catch let error as DecodingError {
            let (keyPath, cause) = Self.explain(error)
            throw .undecodable(file: url.path, keyPath: keyPath, cause: cause)
        } catch {
            throw .undecodable(file: url.path, keyPath: "", cause: "\(error)")
        }
    }

    private static func explain(_ error: DecodingError) -> (keyPath: String, cause: String) {
        switch error {
        case .keyNotFound(let key, let context): (dotted(context.codingPath + [key]), "this key is missing")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            (dotted(context.codingPath), context.debugDescription)
        case .dataCorrupted(let context):
            (
                dotted(context.codingPath),
                context.underlyingError.map { "\(context.debugDescription) (\($0))" } ?? context.debugDescription
            )
        @unknown default: ("", "\(error)")
        }
    }

    private static func dotted(_ path: [any CodingKey]) -> String {
        path.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }.joined(separator: ".")
            .replacing(".[", with: "[")
    }
}
