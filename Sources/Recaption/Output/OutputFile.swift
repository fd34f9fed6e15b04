package import CaptionerFiles
package import Foundation
package import SystemPackage

/// Files that are written whole: they appear complete under their name, and what was there before stays until then.
package enum OutputFile {
    /// Checks, before any work is done, that a file can be written.
    /// - Parameter others: files that will be written with it.
    /// - Throws: `RecaptionError.unwritableOutput`.
    package static func check(_ path: FilePath, with others: [FilePath] = []) throws {
        let status = FileStatus(path)
        // Such as a link that leads to itself.
        if status == nil, errno != ENOENT { throw RecaptionError.unwritableOutput(path, code: errno) }
        if status?.kind == .folder { throw RecaptionError.unwritableOutput(path, code: EISDIR) }
        // A folder that was removed still allows to be written to, in vain.
        if path.startsInRemovedFolder { throw RecaptionError.unwritableOutput(path, code: ENOENT) }
        // A file is replaced by renaming, which is up to its folder; anything else is written in place.
        let target = path.isSpecial ? path : path.written.folder
        guard target.reached(or: -1, { faccessat($0, $1, W_OK, AT_EACCESS) }) == 0 else {
            throw RecaptionError.unwritableOutput(path, code: errno)
        }
        // Without the others a run would end where it has something to write there, each time.
        for other in others {
            let status = FileStatus(other)
            if status == nil, errno == ENAMETOOLONG, other.bytes.starts(with: path.bytes) {
                let suffix = FilePath.escaped(Array(other.bytes.dropFirst(path.bytes.count)))
                throw RecaptionError.unwritableOutput(
                    path, cause: "its name is too long: with \(suffix) behind it, no file can be called so")
            }
            if status?.kind == .special { throw RecaptionError.unwritableOutput(other, cause: "it is no plain file") }
            try check(other)
        }
    }

    /// Checks that what is to be written is nothing of what is to be read, and that nothing is to be written twice.
    /// - Parameters:
    ///   - stream: what is open for rows, if there is anything.
    ///   - hasSidecars: whether text files beside the images are written as well.
    /// - Throws: `RecaptionError.outputIsInput`, `.sameOutput`; `.unreadableFile` for a data set.
    package static func check(
        _ outputs: [FilePath], stream: FileStatus? = nil, against input: RunInput, hasSidecars: Bool = false
    ) throws {
        if hasSidecars { try SidecarOwners.check(input, against: outputs) }
        let present = try present(outputs, stream)
        if case .dataSet(let dataSet) = input { try check(present, against: dataSet.path) }
        guard !present.isEmpty else { return }
        try input.forEachItem { item in
            for case .file(let path) in item.sources { try check(present, against: path) }
        }
    }

    /// The same for files that are to be read.
    package static func check(
        _ outputs: [FilePath], stream: FileStatus? = nil, against inputs: some Sequence<FilePath>
    ) throws {
        let present = try present(outputs, stream)
        guard !present.isEmpty else { return }
        for input in inputs { try check(present, against: input) }
    }

    private static func check(_ outputs: [FileStatus.Identity: String], against input: FilePath) throws {
        if let status = FileStatus(input), let output = outputs[status.identity] {
            throw RecaptionError.outputIsInput(path: output)
        }
    }

    /// The plain files among outputs that are there already, and what messages call them.
    ///
    /// What is not there yet is no input; of what is there, other names and links lead to the same file.
    /// - Throws: `RecaptionError.sameOutput` when two of the outputs are one.
    private static func present(
        _ outputs: [FilePath], _ stream: FileStatus?
    ) throws -> [FileStatus.Identity: String] {
        var seen: Set<FilePath> = []
        var present: [FileStatus.Identity: String] = [:]
        for output in outputs {
            let status = FileStatus(output)
            // Pipes and devices hold nothing that could be lost.
            if let status, status.kind != .regular { continue }
            guard seen.insert(output.real).inserted else { throw RecaptionError.sameOutput(path: output.escaped) }
            guard let status else { continue }
            // An output that replaced it would take what is written there along.
            if stream?.kind == .regular, stream?.identity == status.identity {
                throw RecaptionError.sameOutput(path: output.escaped)
            }
            present[status.identity] = output.escaped
        }
        if let stream, stream.kind == .regular { present[stream.identity] = "standard output" }
        return present
    }

    /// Makes the folder that a file is to be in, if it is missing.
    /// - Throws: `RecaptionError.unwritableOutput`.
    package static func makeFolder(of path: FilePath) throws {
        do {
            try path.folder.makeFolders()
        } catch {
            throw RecaptionError.unwritableOutput(path, code: error.rawValue)
        }
    }

    /// Writes a file, replacing one that is there. What is no plain file, such as a pipe or a device, is written in place.
    /// - Throws: `RecaptionError.unwritableOutput`.
    package static func write(_ data: Data, to path: FilePath) throws {
        try WholeFile.write(to: path) { try $0.append(data) }
    }

    /// Whether there is a plain file, which would be replaced.
    package static func exists(_ path: FilePath) -> Bool { path.isRegularFile && !path.isSpecial }

    /// Whether there is a file with something in it.
    static func hasContents(_ path: FilePath) -> Bool { (FileStatus(path)?.size ?? 0) > 0 }

    /// Whether there is something at the path, or where a link there leads, that is no plain file.
    package static func isSpecial(_ path: FilePath) -> Bool { path.isSpecial }
}
