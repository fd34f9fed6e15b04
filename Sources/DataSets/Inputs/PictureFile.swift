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
            throw ItemFailure(stage: stage, message: "\(error)", path: path.escaped)
        }
    }
}
