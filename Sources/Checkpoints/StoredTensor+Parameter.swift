import CaptionerFiles
import CaptionerTensorCore

extension Checkpoint.StoredTensor {
    /// The elements as float32: looked at in place where the file allows it, else converted.
    /// - Precondition: the type is one of those that `DataType.isUsableAsParameter` allows.
    /// - Throws: `TensorError.outOfMemory`; `CancellationError`.
    func parameter() throws -> Parameter {
        try file.withBytes(of: description) { bytes in
            if isTransposed { return try transposed(bytes) }
            if description.dataType == .float32, let pointer = Self.floats(at: bytes) {
                return Parameter(shape: description.shape, borrowing: pointer, owner: file.mapping)
            }
            return try Parameter(shape: description.shape) { try convertByPieces(bytes, into: $0) }
        }
    }

    /// The elements as rows that are converted when they are asked for.
    /// - Precondition: as of `parameter`; the file holds the matrix row by row.
    func table() -> EmbeddingTable {
        let (count, width) = (description.shape[0], description.shape[1])
        precondition(!isTransposed, "a table that is held by its columns")
        let rowBytes = width * description.dataType.bitWidth / 8
        let source = MappedBytes(file: file, range: description.byteRange)
        return EmbeddingTable(rowCount: count, width: width) { row, target in
            source.withBytes((row * rowBytes)..<((row + 1) * rowBytes)) { convert($0, into: target) }
        }
    }

    /// The elements as the weight of a linear layer in reduced precision, read a piece at a time.
    /// - Precondition: the type is one of those that `DataType.isUsableAsParameter` allows.
    /// - Throws: `TensorError.outOfMemory`; `CheckpointError.unusableTensor` for numbers that are not finite;
    ///   `CancellationError`.
    func packed(columns: Int, depth: Int, precision: Precision) throws -> PackedWeights {
        if isTransposed {
            let floats = try parameter()
            return try naming {
                try PackedWeights(columns: columns, depth: depth, precision: precision) { rows, target in
                    target.update(from: floats.pointer + rows.lowerBound * depth, count: rows.count * depth)
                }
            }
        }
        let rowBytes = depth * description.dataType.bitWidth / 8
        let source = MappedBytes(file: file, range: description.byteRange)
        return try naming {
            try PackedWeights(columns: columns, depth: depth, precision: precision) { rows, target in
                let range = (rows.lowerBound * rowBytes)..<(rows.upperBound * rowBytes)
                source.withBytes(range) { bytes in
                    convert(bytes, into: UnsafeMutableBufferPointer(start: target, count: rows.count * depth))
                }
                // What was packed is not needed again: the system may have the pages back.
                source.release(range)
            }
        }
    }

    private func naming(_ pack: () throws -> PackedWeights) throws -> PackedWeights {
        do {
            return try pack()
        } catch TensorError.notFinite {
            throw CheckpointError.unusableTensor(
                file: description.file.escaped, tensor: description.name, cause: "\(TensorError.notFinite)")
        }
    }

    /// The elements of a matrix that the file holds with rows and columns exchanged.
    private func transposed(_ bytes: UnsafeRawBufferPointer) throws -> Parameter {
        let (rows, columns) = (description.shape[0], description.shape[1])
        let stored = try Parameter(shape: [columns, rows]) { try convertByPieces(bytes, into: $0) }
        return try Parameter(shape: [rows, columns]) { floats in
            for row in 0..<rows {
                if row % 64 == 0 { try Task.checkCancellation() }
                for column in 0..<columns { floats[row * columns + column] = stored.floats[column * rows + row] }
            }
        }
    }

    /// Advises the system that the tensor's pages will not be needed soon.
    func release() { file.mapping.release(description.byteRange) }

    /// Converts some ten milliseconds' worth at a time, between which the task may be cancelled.
    private func convertByPieces(
        _ bytes: UnsafeRawBufferPointer, into floats: UnsafeMutableBufferPointer<Float>
    ) throws {
        let (width, pieceCount) = (description.dataType.bitWidth / 8, 1 << 22)
        for start in stride(from: 0, to: floats.count, by: pieceCount) {
            try Task.checkCancellation()
            let piece = start..<min(start + pieceCount, floats.count)
            convert(
                UnsafeRawBufferPointer(rebasing: bytes[(piece.lowerBound * width)..<(piece.upperBound * width)]),
                into: UnsafeMutableBufferPointer(rebasing: floats[piece]))
        }
    }

    private func convert(_ bytes: UnsafeRawBufferPointer, into floats: UnsafeMutableBufferPointer<Float>) {
        switch description.dataType {
        case .float32: FloatConversion.float32(bytes, into: floats)
        case .float16: FloatConversion.float16(bytes, into: floats)
        case .bfloat16: FloatConversion.bfloat16(bytes, into: floats)
        default: preconditionFailure("\(description.dataType) cannot be used as a parameter")
        }
    }

    /// The first of the floats, if they lie in memory as the machine wants them.
    private static func floats(at bytes: UnsafeRawBufferPointer) -> UnsafePointer<Float>? {
        #if _endian(little)
            guard let base = bytes.baseAddress, Int(bitPattern: base) % MemoryLayout<Float>.alignment == 0 else {
                return nil
            }
            return base.assumingMemoryBound(to: Float.self)
        #else
            return nil
        #endif
    }
}

/// A tensor's part of a mapped file.
private struct MappedBytes: Sendable {
    let file: SafetensorsFile
    let range: Range<Int>

    /// Calls `body` with some of the tensor's bytes.
    func withBytes(_ part: Range<Int>, _ body: (UnsafeRawBufferPointer) -> Void) {
        file.mapping.withBytes { bytes in
            let start = range.lowerBound + part.lowerBound
            body(UnsafeRawBufferPointer(rebasing: bytes[start..<(start + part.count)]))
        }
    }

    func release(_ part: Range<Int>) {
        file.mapping.release((range.lowerBound + part.lowerBound)..<(range.lowerBound + part.upperBound))
    }
}
