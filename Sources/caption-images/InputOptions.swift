import ArgumentParser
import CaptionerDataSets
import CaptionerFiles
import SystemPackage

/// How inputs are read.
struct InputOptions: ParsableArguments {
    @Option(
        help:
            "How the input is read. images: image files and folders. data-juicer: JSON lines with texts and images. csv, tsv: a table of images. imagefolder: a folder with metadata.jsonl or metadata.csv, as Hugging Face's datasets read it. llava: a training file in LLaVA's format. webdataset: tar archives, of which - is one on standard input. (default: found out from the names)"
    )
    var inputFormat: InputFormat?

    @Option(
        help: ArgumentHelp(
            "Caption the images whose paths are in this file, a path a line, in place of inputs; - for standard input.",
            valueName: "file"))
    var filesFrom: FilePath?

    @Flag(
        name: [.customShort("0"), .customLong("null")],
        help:
            "Paths in --files-from, and in --passed-over, end with a NUL and not with the line, as find -print0 writes them."
    )
    var null = false

    @Option(help: "The column of a table with the paths of images. (default: image; for imagefolder file_name)")
    var pathColumn: String?

    @Option(help: "The column of a table with the texts that images have, for scores.")
    var textColumn: String?

    @Option(
        help: ArgumentHelp(
            "The folder that relative paths in a table, a training file or --files-from are relative to. (default: the folder of the file; for --files-from the one in which the command runs)",
            valueName: "folder"))
    var pathsIn: FilePath?

    @Option(
        help:
            "Write the paths of files in folders that are passed over, since their names are not those of images, to this file, a path a line. An existing list of the same folders is replaced; another file only with --overwrite."
    )
    var passedOver: FilePath?

    func validate() throws {
        try ArgumentPaths.checkTexts([
            ("--path-column", [pathColumn].compactMap { $0 }), ("--text-column", [textColumn].compactMap { $0 }),
        ])
        for (name, isEmpty) in [
            ("--files-from", filesFrom?.isEmpty), ("--path-column", pathColumn?.isEmpty),
            ("--text-column", textColumn?.isEmpty), ("--paths-in", pathsIn?.isEmpty),
        ] where isEmpty == true {
            throw ValidationError("\(name) is empty.")
        }
        if null, filesFrom == nil, passedOver == nil {
            throw ValidationError("--null is for --files-from and --passed-over.")
        }
        if filesFrom != nil, let name = Self.first([("--input-format", inputFormat != nil)] + columns) {
            throw ValidationError("\(name) has no meaning with --files-from, which has paths alone.")
        }
        if let passedOver, passedOver.isEmpty || passedOver == "-" {
            throw ValidationError(
                "--passed-over is \(passedOver.isEmpty ? "empty" : "-"), expected the name of a file.")
        }
    }

    /// Options about inputs, for an input that is none.
    var namesInUse: [String] {
        ([
            ("--input-format", inputFormat != nil), ("--files-from", filesFrom != nil), ("--null", null),
            ("--paths-in", pathsIn != nil), ("--passed-over", passedOver != nil),
        ] + columns).filter(\.1).map(\.0)
    }

    private var columns: [(String, Bool)] {
        [("--path-column", pathColumn != nil), ("--text-column", textColumn != nil)]
    }

    private static func first(_ options: [(String, Bool)]) -> String? { options.first(where: \.1)?.0 }

    /// How lists are read.
    private func list(_ textEnding: [UInt8]?) -> ListFields {
        var fields = ListFields()
        fields.textEnding = textEnding
        (fields.path, fields.text, fields.folder) = (pathColumn, textColumn, pathsIn)
        fields.separator = inputFormat?.separator
        return fields
    }

    /// What is captioned.
    /// - Parameter fields: the names of fields and tokens in samples, and what texts beside images are called, if they matter.
    /// - Throws: `FileError`, `CancellationError`.
    func source(of inputs: [GivenPath], fields: DataSetFields) throws -> any ItemSource {
        if let filesFrom { return try FileList(filesFrom, separator: null ? 0 : UInt8(ascii: "\n"), in: pathsIn) }
        var fields = fields
        fields.list = list(fields.list.textEnding)
        return try ItemSources.source(of: inputs, fields: fields, format: inputFormat)
    }

    /// The files that are written.
    var outputs: [FilePath] { [passedOver].compactMap { $0 } }

    /// - Parameter config: a file that may name an input.
    /// - Throws: `ValidationError`.
    func checkThatThereAreSome(_ inputs: [GivenPath], orIn config: FilePath? = nil) throws {
        if filesFrom == nil, inputs.isEmpty, config == nil {
            throw ValidationError("Missing expected argument '<input> ...'")
        }
        if filesFrom != nil, !inputs.isEmpty || config != nil {
            throw ValidationError("--files-from names all images, and there are other inputs.")
        }
    }

    /// - Parameter overwrites: whether files are replaced that no run like this one wrote.
    /// - Throws: `ValidationError`, `FileError`.
    func check(_ input: any ItemSource, sidecarEnding: [UInt8], overwrites: Bool) throws {
        if let passedOver {
            guard let images = input as? ImageList else {
                throw ValidationError("--passed-over is for folders of images.")
            }
            try check(passedOver, images, sidecarEnding: sidecarEnding, overwrites: overwrites)
        }
        if !(input is ImageTable || input is ImageFolder), let name = Self.first(columns) {
            throw ValidationError("\(name) is for tables, .csv and .tsv.")
        }
        if pathsIn != nil, !(input is ImageTable || input is FileList || input is LLaVASet) {
            throw ValidationError("--paths-in is for tables, training files and --files-from.")
        }
        // Without it each image would get an error record.
        try pathsIn?.checkFolder()
    }

    /// Looks whether a file may be replaced by the list of files that are passed over.
    private func check(_ file: FilePath, _ images: ImageList, sidecarEnding: [UInt8], overwrites: Bool) throws {
        for ending in [sidecarEnding, SidecarRules.standardEnding] {
            do {
                try SidecarOwners.check(images, ending: ending, against: [file])
            } catch DataSetError.sameOutput {
                throw FileError.unwritableOutput(file, cause: "it is the text file beside an image")
            }
        }
        guard !overwrites, OutputFile.hasContents(file), OutputFile.exists(file) else { return }
        let text = try? FileBytes.of(file)
        guard text.map({ images.areInFolders($0.split(separator: null ? 0 : UInt8(ascii: "\n"))) }) != true else {
            return
        }
        throw FileError.unwritableOutput(
            file, cause: "it is there, and is no list of files in these folders; --overwrite replaces it")
    }

    /// Writes the list of files that are passed over.
    /// - Throws: `FileError`, `CancellationError`.
    func writePassedOver(_ input: any ItemSource) throws {
        guard let passedOver, let images = input as? ImageList else { return }
        let paths = try images.passedOver()
        try WholeFile.write(to: passedOver) { file in
            for path in paths { try file.append(path + [null ? 0 : UInt8(ascii: "\n")]) }
        }
    }
}

extension InputFormat: ExpressibleByArgument {}
