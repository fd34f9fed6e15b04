import CaptionerDataSets
import CaptionerFiles
package import SystemPackage

extension RecaptionJob {
    /// Whether the output is an array that is made of the rows when they are all there, each row for itself.
    package var makesArray: Bool { format == .coco || format == .llava && input is LLaVASet }

    /// Makes that array, if there is to be one.
    /// - Throws: `FileError`, `CancellationError`.
    package func makeArray(_ path: FilePath) throws {
        if makesArray { try ArrayOutput.write(files(path).output, to: path, format: format) }
    }
}
