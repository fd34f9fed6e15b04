import ArgumentParser
import CaptionerDataSets
import CaptionerFiles
import SystemPackage

/// How inputs are read.
struct InputOptions: ParsableArguments {
    @Option(
        help:
            "How the input is read. images: image files and folders. data-juicer: JSON lines with texts and images. (default: found out from the names)"
    )
    var inputFormat: InputFormat?

    @Option(
        help:
            "Write the paths of files in folders that are passed over, since their names are not those of images, to this file, a path a line."
    )
    var passedOver: FilePath?

    func validate() throws {
        if let passedOver, passedOver.isEmpty || passedOver == "-" {
            throw ValidationError(
                "--passed-over is \(passedOver.isEmpty ? "empty" : "-"), expected the name of a file.")
        }
    }

    /// Options about inputs, for an input that is none.
    var namesInUse: [String] {
        [("--input-format", inputFormat != nil), ("--passed-over", passedOver != nil)].filter(\.1).map(\.0)
    }

    /// The files that are written.
    var outputs: [FilePath] { [passedOver].compactMap { $0 } }

    /// - Throws: `ValidationError`.
    func check(_ input: any ItemSource) throws {
        if passedOver != nil, !(input is ImageList) { throw ValidationError("--passed-over is for folders of images.") }
    }

    /// Writes the list of files that are passed over.
    /// - Throws: `FileError`, `CancellationError`.
    func writePassedOver(_ input: any ItemSource) throws {
        guard let passedOver, let images = input as? ImageList else { return }
        let paths = try images.passedOver()
        try WholeFile.write(to: passedOver) { file in
            for path in paths { try file.append(path + [UInt8(ascii: "\n")]) }
        }
    }
}

extension InputFormat: ExpressibleByArgument {}
