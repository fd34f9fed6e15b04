import Foundation
package import SystemPackage

extension FilePath {
    /// Opens a file whose lines are read.
    /// - Throws: `FileError.unreadableFile`, also for what is no regular file.
    package func openedForLines() throws(FileError) -> Int32 {
        do throws(Errno) {
            return try openedRegular().descriptor
        } catch {
            switch error {
            case .isDirectory: throw .unreadableFile(self, cause: "it is a folder, expected a file")
            case .notSupported:
                throw .unreadableFile(self, cause: "not a regular file; write what it gives to one first")
            default: throw failureToOpen(code: error.rawValue)
            }
        }
    }

    /// Why a file could not be opened: of an address, that it is one.
    private func failureToOpen(code: Int32) -> FileError {
        let text = escaped
        // As a path it has lost a slash.
        guard code == ENOENT, let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            return .unreadableFile(self, code: code)
        }
        let address = "\(text[...colon])/\(text[text.utf8.index(after: colon)...])"
        switch AddressScheme.of(address) {
        case nil: return .unreadableFile(self, code: code)
        case "file": return .unreadableFile(self, cause: "an address (file:), expected a path")
        case let scheme?:
            return .unreadableFile(
                path: address.shortened,
                cause: "an address (\(scheme):), and nothing is fetched; download the file first")
        }
    }
}
