import CaptionerFiles
package import CaptionerJSON
import Foundation
package import SystemPackage

extension Checkpoint {
    /// Decodes a JSON file of the folder, such as `config.json`.
    /// - Returns: `nil` when there is no such file.
    /// - Throws: `CheckpointError.unreadable`, or `.undecodable` with the key path when the JSON is bad or of other
    ///   types than `T`.
    package func decode<T: Decodable>(_ type: T.Type, from fileName: String) throws(CheckpointError) -> T? {
        try Self.decode(type, from: fileName, in: folder)
    }

    /// Decodes a JSON file of a folder that need not hold weights.
    /// - Returns: `nil` when there is no such file.
    /// - Throws: as ``decode(_:from:)``.
    package static func decode<T: Decodable>(
        _ type: T.Type, from fileName: String, in folder: FilePath
    ) throws(CheckpointError) -> T? {
        guard let value = try json(fileName, in: folder) else { return nil }
        let path = folder.appending(fileName)
        do {
            return try JSONDocument.decoder.decode(type, from: Data(JSONDocument.forFoundation(value).json().utf8))
        } catch let error as DecodingError {
            let (keyPath, cause) = explain(error, value)
            throw .undecodable(file: path.escaped, keyPath: keyPath, cause: cause)
        } catch {
            throw .undecodable(file: path.escaped, keyPath: "", cause: "\(error)")
        }
    }

    /// Reads a JSON file of a folder that need not hold weights.
    /// - Returns: `nil` when there is no such file.
    /// - Throws: as ``decode(_:from:)``.
    package static func json(_ fileName: String, in folder: FilePath) throws(CheckpointError) -> JSONValue? {
        let path = folder.appending(fileName)
        guard path.exists else { return nil }
        do {
            return try JSONDocument.value(try MappedFile(path))
        } catch let error as JSONDocument.Failure {
            throw .undecodable(file: path.escaped, keyPath: "", cause: error.cause)
        } catch let error as CheckpointError {
            throw error
        } catch {
            throw .undecodable(file: path.escaped, keyPath: "", cause: "\(error)")
        }
    }

    private static func explain(_ error: DecodingError, _ document: JSONValue) -> (keyPath: String, cause: String) {
        switch error {
        case .keyNotFound(let key, let context): (dotted(context.codingPath + [key]), "this key is missing")
        case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
            (dotted(context.codingPath), mismatch(type, context, document))
        // Foundation does not say which number is no integer where one is wanted.
        case .dataCorrupted(let context) where context.codingPath.isEmpty:
            ("", "a number is not an integer of 64 bits where one is expected")
        case .dataCorrupted(let context): (dotted(context.codingPath), context.debugDescription)
        @unknown default: ("", "\(error)")
        }
    }

    /// What is expected and what is there, where Foundation names types of Swift.
    private static func mismatch(_ type: any Any.Type, _ context: DecodingError.Context, _ document: JSONValue)
        -> String
    {
        let found = context.codingPath.reduce(document as JSONValue?) { value, key in
            key.intValue.map { index in value?.elements.flatMap { $0.indices.contains(index) ? $0[index] : nil } }
                ?? value?[key.stringValue]
        }
        let expected: String? =
            switch type {
            case is String.Type: "a string"
            case is Bool.Type: "true or false"
            case is any BinaryInteger.Type: "an integer"
            case is any BinaryFloatingPoint.Type: "a number"
            // The elements' type depends on the version of Foundation.
            case _ where "\(type)".hasPrefix("Dictionary<"): "an object"
            case _ where "\(type)".hasPrefix("Array<"): "an array"
            default: nil
            }
        guard let found, let expected else { return context.debugDescription }
        return "expected \(expected), found \(found.kind)"
    }

    private static func dotted(_ path: [any CodingKey]) -> String {
        path.map { key in key.intValue.map { "[\($0)]" } ?? key.stringValue }.joined(separator: ".")
            .replacing(".[", with: "[")
    }
}
