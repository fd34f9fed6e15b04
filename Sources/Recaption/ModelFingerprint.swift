import CaptionerDataSets
import CaptionerFiles
import Crypto
import Foundation
package import SystemPackage

/// Distinguishes checkpoints without reading them whole: a digest of their JSON files, and of the sizes of their weight
/// files and pieces of them.
package enum ModelFingerprint {
    /// From each weight file at most `pieceCount` pieces of `pieceSize` bytes are read.
    private static let pieceCount = 32
    private static let pieceSize = 4096

    /// The first 16 hexadecimal digits of a SHA-256 digest.
    /// - Throws: `FileError.unreadableFolder`, `.unreadableFile`.
    package static func of(_ folder: FilePath) throws -> String {
        var hash = SHA256()
        let entries: [FolderEntries.Entry]
        do {
            entries = try FolderEntries.of(folder)
        } catch {
            throw FileError.unreadableFolder(path: folder.escaped, cause: folder.cause(error.rawValue))
        }
        // What a tokenizer is made of where there is no tokenizer.json.
        let hasTokenizer = folder.appending("tokenizer.json").exists
        let tokenizerFiles = ["vocab.txt"] + (hasTokenizer ? [] : ["merges.txt"])
        for entry in entries {
            let path = folder.pushing(FilePath(bytes: entry.name))
            do throws(Errno) {
                switch path.extension {
                case "json": hash.update(data: try FileBytes.of(path))
                case "txt" where tokenizerFiles.contains(where: { entry.name.elementsEqual($0.utf8) }):
                    hash.update(data: try FileBytes.of(path))
                case "safetensors": update(&hash, try FileBytes.mapped(path))
                default: continue
                }
            } catch {
                throw FileError.unreadableFile(path, code: error.rawValue)
            }
            hash.update(data: entry.name)
        }
        return hash.finalize().prefix(8).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func update(_ hash: inout SHA256, _ file: Data) {
        withUnsafeBytes(of: UInt64(file.count).littleEndian) { hash.update(bufferPointer: $0) }
        for piece in 0..<pieceCount {
            hash.update(data: file.dropFirst(file.count / pieceCount * piece).prefix(pieceSize))
        }
    }
}
