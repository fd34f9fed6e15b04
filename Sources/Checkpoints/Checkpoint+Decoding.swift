import CaptionerFiles
import CaptionerJSON
import Foundation
public import SystemPackage

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
        _ type: T.Type, from fileName: String, in folder: FilePath
    ) throws(CheckpointError) -> T? {
        let path = folder.appending(fileName)
        guard path.exists else { return nil }
        let value: JSONValue
        do {
            value = try JSONDocument.value(try MappedFile(path))
        } catch let error as JSONDocument.Failure {
            throw .undecodable(file: path.escaped, keyPath: "", cause: error.cause)
        } catch let error as CheckpointError {
            throw error
        } catch {
            throw .undecodable(file: path.escaped, keyPath: "", cause: "\(error)")
        }
        do {
            return try JSONDocument.decoder.decode(type, from: Data(JSONDocument.forFoundation(value).json().utf8))
        } catch let error as DecodingError {
            let (keyPath, cause) = explain(error)
            throw .undecodable(file: path.escaped, keyPath: keyPath, cause: cause)
        } catch {
            throw .undecodable(file: path.escaped, keyPath: "", cause: "\(error)")
        }
    }

    private static func explain(_ error: DecodingError) -> (keyPath: String, cause: String) {
        switch error {
        case .keyNotFound(let key, let context): (dotted(context.codingPath + [key]), "this key is missing")
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            (dotted(context.codingPath), context.debugDescription)
        // Foundation does not say which number is no integer where one is wanted.
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            ("", "a number is not an integer of 64 bits where one is expected")
        case .dataCorrupted(let context): (dotted(context.codingPath), context.debugDescription)
        @unknown default: ("", "\(error)")
        }
    }

    private static func dotted(_ path: [any CodingKey]) -> String {
        path.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }.joined(separator: ".")
            .replacing(".[", with: "[")
    }
}
