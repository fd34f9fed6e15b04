public import Foundation

/// A folder for the files of one test, gone when the test is.
public final class TemporaryFolder: Sendable {
    public let url: URL

    public init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("captioner-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The path of a file in the folder, whether it is there or not.
    public func path(_ name: String) -> String { url.appendingPathComponent(name).path }

    /// The text in a file of the folder.
    public func text(_ name: String) throws -> String {
        try String(contentsOfFile: path(name), encoding: .utf8)
    }

    /// Writes a file and returns where it is. Folders on its way are made.
    @discardableResult
    public func write(_ bytes: [UInt8], as name: String) throws -> URL {
        let file = url.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file
    }

    /// Writes a text file and returns where it is.
    @discardableResult
    public func write(_ text: String, as name: String) throws -> URL { try write(Array(text.utf8), as: name) }

    /// Copies a file or a folder with all that is in it, writable whatever the original is.
    @discardableResult
    public func copy(_ original: URL, as name: String) throws -> URL {
        let copy = url.appendingPathComponent(name)
        try FileManager.default.copyItem(at: original, to: copy)
        return copy
    }
}
