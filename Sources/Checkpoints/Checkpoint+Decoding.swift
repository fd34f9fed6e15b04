public import Foundation

extension Checkpoint {
    /// Decodes a JSON file of the folder, such as `config.json`.
    /// - Returns: `nil` when there is no such file.
    /// - Throws: `CheckpointError.unreadable`, or `.undecodable` with the key path when the JSON is bad or of other
    ///   types than `T`.
    public func decode<T: Decodable>(_ type: T.Type, from fileName: String) throws(CheckpointError) -> T? {
        try Self.decode(type, from: fileName, in: folder)
    }

    /// Decodes a JSON file of a folder that need not hold weights.
    /// - Returns: `nil` when there is no such file.
    /// - Throws: as ``decode(_:from:)``.
    public static func decode<T: Decodable>(
        _ type: T.Type, from fileName: String, in folder: URL
    ) throws(CheckpointError) -> T? {
        let url = folder.appendingPathComponent(fileName)
        guard FileManager.default.fileExists(atPath: url.path) else { return nil }
        let bytes = try MappedFile(url).withBytes { Array($0) }
        do {
            return try JSONDecoder().decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            let (keyPath, cause) = explain(error, bytes)
            throw .undecodable(file: url.path, keyPath: keyPath, cause: cause)
        } catch {
            throw .undecodable(file: url.path, keyPath: "", cause: "\(error)")
        }
    }

    private static func explain(_ error: DecodingError, _ bytes: [UInt8]) -> (keyPath: String, cause: String) {
        switch error {
        case .keyNotFound(let key, let context): (dotted(context.codingPath + [key]), "this key is missing")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            (dotted(context.codingPath), context.debugDescription)
        case .dataCorrupted(let context) where context.codingPath.isEmpty: ("", explainCorruption(bytes))
        case .dataCorrupted(let context): (dotted(context.codingPath), context.debugDescription)
        @unknown default: ("", "\(error)")
        }
    }

    /// Says more than Foundation, which calls JSON invalid without saying where, and also if a number is no integer
    /// where one is wanted.
    private static func explainCorruption(_ bytes: [UInt8]) -> String {
        do {
            _ = try JSONParser.parse(bytes)
            return "a number is not an integer of 64 bits where one is expected"
        } catch {
            return "it is not valid JSON: \(error)"
        }
    }

    private static func dotted(_ path: [any CodingKey]) -> String {
        path.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }.joined(separator: ".")
            .replacing(".[", with: "[")
    }
}
