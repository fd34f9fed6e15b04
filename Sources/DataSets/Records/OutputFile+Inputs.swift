package import CaptionerFiles
package import SystemPackage

extension OutputFile {
    /// Checks that no file that will be written is one that is read, and that none is written twice.
    /// - Parameters:
    ///   - stream: what is open for rows, if there is anything.
    /// - Throws: `DataSetError.outputIsInput`, `.sameOutput`; `.unreadableFile` for a data set.
    package static func check(
        _ outputs: [FilePath], stream: FileStatus? = nil, against input: any ItemSource
    ) throws {
        let present = try present(outputs, stream)
        for file in input.files { try check(present, against: file) }
        guard !present.isEmpty else { return }
        try input.forEachItem { item in
            for path in item.pictures.compactMap(\.file) { try check(present, against: path) }
        }
    }

    /// The same for files that will be read.
    package static func check(
        _ outputs: [FilePath], stream: FileStatus? = nil, against inputs: some Sequence<FilePath>
    ) throws {
        let present = try present(outputs, stream)
        guard !present.isEmpty else { return }
        for input in inputs { try check(present, against: input) }
    }

    private static func check(_ outputs: [FileStatus.Identity: String], against input: FilePath) throws {
        if let status = FileStatus(input), let output = outputs[status.identity] {
            throw DataSetError.outputIsInput(path: output)
        }
    }

    /// The plain files among outputs that are there already, and what messages call them.
    ///
    /// What is not there yet is no input; of what is there, other names and links lead to the same file.
    /// - Throws: `DataSetError.sameOutput` when two of the outputs are one.
    private static func present(
        _ outputs: [FilePath], _ stream: FileStatus?
    ) throws -> [FileStatus.Identity: String] {
        var seen: Set<FilePath> = []
        var present: [FileStatus.Identity: String] = [:]
        for output in outputs {
            let status = FileStatus(output)
            // Pipes and devices hold nothing that could be lost.
            if let status, status.kind != .regular { continue }
            guard seen.insert(output.real).inserted else { throw DataSetError.sameOutput(path: output.escaped) }
            guard let status else { continue }
            // An output that replaced it would take what is written there along.
            if stream?.kind == .regular, stream?.identity == status.identity {
                throw DataSetError.sameOutput(path: output.escaped)
            }
            present[status.identity] = output.escaped
        }
        if let stream, stream.kind == .regular { present[stream.identity] = "standard output" }
        return present
    }
}
