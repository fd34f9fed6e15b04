import Foundation
import TestSupport

/// A folder for the files of one fuzzer, on which everything has to work.
final class ScratchFolder: Sendable {
    private let folder: TemporaryFolder

    var url: URL { folder.url }

    init() { folder = Self.must { try TemporaryFolder() } }

    /// A copy of a folder of fixtures.
    convenience init(copying original: URL, without missing: [String] = []) {
        self.init()
        for name in Self.must({ try FileManager.default.contentsOfDirectory(atPath: original.path) }) {
            if missing.contains(name) { continue }
            _ = Self.must { try folder.copy(original.appendingPathComponent(name), as: name) }
        }
    }

    func write(_ bytes: [UInt8], as name: String) { _ = Self.must { try folder.write(bytes, as: name) } }

    /// Replaces a file while `body` runs.
    func replacing(_ name: String, by bytes: [UInt8], _ body: () -> Void) {
        let file = url.appendingPathComponent(name)
        let original = try? Data(contentsOf: file)
        write(bytes, as: name)
        body()
        if let original { write(Array(original), as: name) } else { try? FileManager.default.removeItem(at: file) }
    }

    private static func must<Result>(_ body: () throws -> Result) -> Result {
        do {
            return try body()
        } catch {
            fatalError("the fuzzer's own files: \(error)")
        }
    }
}
