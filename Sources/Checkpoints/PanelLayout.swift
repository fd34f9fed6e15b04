import CaptionerFiles
import CaptionerTensorCore

/// The tensors that a packed file holds for the weight of a linear layer.
struct PanelLayout {
    let columns: Int
    let depth: Int
    let precision: Precision

    struct Part {
        let name: String
        let dataType: DataType
        let shape: [Int]
    }

    /// The panels, and for int8 the scale of each column and the sum of its bytes.
    func parts(_ name: String) -> [Part] {
        let size = PackedWeights.storedSize(columns: columns, depth: depth, precision: precision)
        let panels = Part(
            name: name, dataType: precision == .int8 ? .int8 : .bfloat16, shape: [size.columns, size.depth])
        guard precision == .int8 else { return [panels] }
        return [
            panels, Part(name: "\(name).scales", dataType: .float32, shape: [size.columns]),
            Part(name: "\(name).sums", dataType: .int32, shape: [size.columns]),
        ]
    }

    /// The weight in a mapped file, not copied.
    /// - Parameter tensors: for each of the parts the one that was found.
    /// - Throws: `CheckpointError.unusableTensor` where the file has them at addresses that cannot be used.
    func weights(_ tensors: [Checkpoint.StoredTensor]) throws -> PackedWeights {
        var addresses: [UnsafeRawPointer] = []
        for tensor in tensors {
            try tensor.file.withBytes(of: tensor.description) { bytes in
                guard let base = bytes.baseAddress, Int(bitPattern: base) % 64 == 0 else {
                    throw CheckpointError.unusableTensor(
                        file: tensor.description.file.escaped, tensor: tensor.description.name,
                        cause: "it does not begin on a multiple of 64 bytes; pack the original checkpoint again")
                }
                addresses.append(base)
            }
        }
        return PackedWeights(
            columns: columns, depth: depth, precision: precision, panels: addresses[0],
            scales: addresses.count > 1 ? addresses[1].assumingMemoryBound(to: Float.self) : nil,
            columnSums: addresses.count > 2 ? addresses[2].assumingMemoryBound(to: Int32.self) : nil,
            owner: tensors[0].file.mapping)
    }
}
