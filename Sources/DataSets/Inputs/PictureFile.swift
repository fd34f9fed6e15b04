import CaptionerFiles
import CaptionerImageProcessing
package import Foundation
package import SystemPackage

/// An image that is a file.
package struct PictureFile: PictureSource, Equatable {
    package let path: FilePath

    package init(path: FilePath) { self.path = path }

    package var file: FilePath? { path }
    package var exists: Bool { path.exists }

    package func bytes() throws(ItemFailure) -> Data {
        do {
            return try ImageDecoder().bytes(of: path)
        } catch {
            let stage: ItemFailure.Stage = if case .unreadable = error { .read } else { .decode }
            // White space at the end of a path is not seen, and seldom meant.
            let ends = [path.bytes.first, path.bytes.last].compactMap { $0 }
            let remark = stage == .read && ends.contains { [0x20, 0x09, 0x0D].contains($0) }
            throw ItemFailure(
                stage: stage,
                message: remark ? "\(error) (the path begins or ends with white space)" : "\(error)",
                path: path.escaped)
        }
    }
}
