import CaptionerFiles
import Foundation
import SystemPackage

extension FilePath {
    /// Opens a file whose lines are read.
    /// - Throws: `RecaptionError.unreadableFile`, also for what is no regular file.
    func openedForLines() throws(RecaptionError) -> Int32 {
        // Without O_NONBLOCK, opening a named pipe waits for somebody to write to it, and no signal ends that.
        let descriptor = opened(O_RDONLY | O_NONBLOCK)
        guard descriptor >= 0 else { throw failureToOpen(code: errno) }
        let kind = FileStatus(descriptor: descriptor)?.kind
        guard kind == .regular else {
            close(descriptor)
            throw .unreadableFile(
                self,
                cause: kind == .folder
                    ? "it is a folder, expected a file" : "not a regular file; write what it gives to one first")
        }
        return descriptor
    }

    /// Why a file could not be opened: of an address, that it is one.
    private func failureToOpen(code: Int32) -> RecaptionError {
        let text = escaped
        // As a path it has lost a slash.
        guard code == ENOENT, let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            return .unreadableFile(self, code: code)
        }
        let address = "\(text[...colon])/\(text[text.utf8.index(after: colon)...])"
        switch PictureSource.scheme(of: address) {
        case nil: return .unreadableFile(self, code: code)
        case "file": return .unreadableFile(self, cause: "an address (file:), expected a path")
        case let scheme?:
            return .unreadableFile(
                path: address.shortened,
                cause: "an address (\(scheme):), and nothing is fetched; download the file first")
        }
    }
}
