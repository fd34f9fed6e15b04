import CaptionerFiles
import CaptionerTensorCore
package import SystemPackage

/// Writes a packed checkpoint: linear layers rounded and in panels, everything else as float32, in one file that is
/// used where it is mapped, and beside it the files that say what it is.
package struct CheckpointPacker {
    private let checkpoint: Checkpoint
    private let requests: [WeightRequest]
    private let packing: Packing

    /// - Parameters:
    ///   - checkpoint: what to pack.
    ///   - weights: a scope of it that does not read, from which the model was built to the end and found complete.
    ///   - packing: what the file will say of itself; its plan is that of the scope.
    /// - Throws: `CheckpointError.noWeights` for a checkpoint that is packed already.
    package init(_ checkpoint: Checkpoint, weights: WeightScope, packing: Packing) throws {
        guard checkpoint.packing == nil else {
            throw CheckpointError.noWeights(
                folder: checkpoint.folder.escaped, cause: "this is packed already; pack the original checkpoint")
        }
        self.checkpoint = checkpoint
        self.packing = packing
        // Panels first: all of their parts are multiples of 64 bytes, so each begins on one.
        requests = weights.requests.filter(\.isPanels) + weights.requests.filter { !$0.isPanels }
    }

    /// What became of it.
    package struct Result: Sendable {
        package let sourceBytes: Int
        package let packedBytes: Int
    }

    /// Writes the folder, which must not be there yet, or be empty.
    ///
    /// - Parameters:
    ///   - folder: where to.
    ///   - fileNames: the files to copy where the checkpoint has them.
    ///   - others: files from elsewhere that are copied, by the names that they get.
    ///   - progress: receives after each tensor the share of the bytes that is written.
    /// - Throws: `CheckpointError.unwritable`, `.unreadable`, `.unusableTensor`, `TensorError.outOfMemory`,
    ///   `CancellationError`. No files are left then, folders on the way included.
    package func write(
        to folder: FilePath, copying fileNames: [String], adding others: [(name: String, file: FilePath)] = [],
        progress: (Double) -> Void = { _ in }
    ) throws -> Result {
        let output = try NewFolder(folder)
        do {
            for name in fileNames { try copy(checkpoint.folder.appending(name), to: output, as: name) }
            for (name, file) in others { try copy(file, to: output, as: name) }
            // The weights come last and under their name only when they are whole: without them the folder is no model.
            let target = folder.appending(Packing.fileName)
            let file = try FileWriter(output.place(Packing.unfinishedFileName))
            let bytes = try write(to: file, progress: progress)
            try Task.checkCancellation()
            try file.finish(renamingTo: target)
            let sourceBytes = checkpoint.tensors.map(\.byteRange.count).reduce(0, +)
            return Result(sourceBytes: sourceBytes, packedBytes: bytes)
        } catch {
            output.remove()
            throw error
        }
    }

    private func copy(_ source: FilePath, to folder: NewFolder, as name: String) throws {
        guard source.exists else { return }
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.of(source)
        } catch {
            throw CheckpointError.unreadable(source, error.rawValue)
        }
        let file = try FileWriter(folder.place(name))
        file.expectedSize = bytes.count
        try bytes.withUnsafeBytes { try file.write($0) }
    }

    private func write(to file: FileWriter, progress: (Double) -> Void) throws -> Int {
        let entries = requests.flatMap(\.entries)
        let total = entries.map(\.byteCount).reduce(0, +)
        let header = SafetensorsWriter.header(entries, metadata: packing.metadata, alignment: 64)
        file.expectedSize = header.count + total
        try header.withUnsafeBytes { try file.write($0) }
        var done = 0
        for request in requests {
            try Task.checkCancellation()
            switch request.form {
            case .panels(let columns, let depth, let precision):
                let weights = try request.tensor.packed(columns: columns, depth: depth, precision: precision)
                try weights.withStoredBytes { try file.write($0) }
            case .parameter:
                let parameter = try request.tensor.parameter()
                try withExtendedLifetime(parameter) { try file.write(UnsafeRawBufferPointer(parameter.floats)) }
                request.tensor.release()
            case .table:
                try request.tensor.file.withBytes(of: request.tensor.description) { try file.write($0) }
                request.tensor.release()
            }
            done += request.entries.map(\.byteCount).reduce(0, +)
            progress(Double(done) / Double(max(total, 1)))
        }
        return header.count + total
    }
}

extension WeightRequest {
    fileprivate var isPanels: Bool { if case .panels = form { true } else { false } }

    /// What the packed file holds for it, which is what it takes in memory.
    var entries: [SafetensorsWriter.Entry] {
        switch form {
        case .parameter:
            let count = tensor.description.count
            return [
                SafetensorsWriter.Entry(
                    name: name, dataType: .float32, shape: tensor.description.shape, byteCount: 4 * count)
            ]
        case .table:
            let stored = tensor.description
            return [
                SafetensorsWriter.Entry(
                    name: name, dataType: stored.dataType, shape: stored.shape, byteCount: stored.byteRange.count)
            ]
        case .panels(let columns, let depth, let precision):
            return PanelLayout(columns: columns, depth: depth, precision: precision).parts(name).map { part in
                SafetensorsWriter.Entry(
                    name: part.name, dataType: part.dataType, shape: part.shape,
                    byteCount: part.shape.reduce(1, *) * part.dataType.bitWidth / 8)
            }
        }
    }
}
