import CaptionerFiles
import Foundation
import SystemPackage

/// What there is in the place of a text file beside an image.
enum SidecarPlace {
    case free
    /// A file; of a link the path at which the file is.
    case file(FilePath, FileStatus)
    /// A link to nothing, and the path that it leads to.
    case dangling(FilePath)
    /// Something that no text is written to, or read from.
    case taken(cause: String)

    init(_ path: FilePath) {
        guard let status = FileStatus(path) else {
            let error = Errno(rawValue: errno)
            if error != .noSuchFileOrDirectory {
                self = .taken(cause: "\(error)")
            } else {
                self = path.linkTarget == nil ? .free : .dangling(path.real)
            }
            return
        }
        switch status.kind {
        case .regular: self = .file(path.written, status)
        case .folder: self = .taken(cause: "it is a folder")
        case .special: self = .taken(cause: status.isNamedPipe ? "it is a pipe" : "it is no plain file")
        }
    }
}
