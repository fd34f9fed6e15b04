import CaptionerJSON
package import CaptionerTensorCore

extension WeightScope {
    /// The weight of a linear layer, in the precision that the plan has for it.
    ///
    /// In reduced precision it is quantized and packed while it is read, a piece at a time: neither the float32 weight nor
    /// the pages of the file stay in memory.
    /// - Parameters:
    ///   - name: the name inside this scope.
    ///   - shape: what the file has to hold; the first size is the layer's outputs, the others together its inputs.
    ///   - layer: what the plan knows the layer as: this scope's name, if nothing else is said.
    /// - Returns: as `parameter`.
    /// - Throws: `TensorError.outOfMemory`, `CheckpointError.unusableTensor` for numbers that cannot be rounded.
    package func linearWeights(_ name: String, shape: [Int], layer: String? = nil) throws -> LinearWeights {
        try Task.checkCancellation()
        let layer = layer ?? self.name
        let precision = precision(ofLayer: layer)
        let (columns, depth) = (shape.first ?? 0, shape.dropFirst().reduce(1, *))
        guard precision != .float32 else {
            return .float32(try parameter(name, shape: shape).reshaped(to: [columns, depth]))
        }
        let packedName = "\(layer).weight"
        if checkpoint.packing != nil {
            // A second form of a tensor that has been counted, or will be.
            let count = layer == self.name ? columns * depth : 0
            return try panels(packedName, columns: columns, depth: depth, precision: precision, count: count)
        }
        guard let tensor = usableTensor(name, shape: shape) else {
            return .float32(try placeholder(shape: [columns, depth]))
        }
        ledger.recordRequest(
            WeightRequest(
                name: packedName, tensor: tensor,
                form: .panels(columns: columns, depth: depth, precision: precision)))
        guard isReading else { return .packed(try .zeros(columns: columns, depth: depth, precision: precision)) }
        return .packed(try tensor.packed(columns: columns, depth: depth, precision: precision))
    }

    /// The weight of a linear layer that is an embedding table as well, in the precision that the plan has for the layer.
    ///
    /// A copy of the table under the layer's own name is ignored.
    /// - Parameters:
    ///   - name: the name in both scopes.
    ///   - scope: where the table is.
    package func linearWeights(_ name: String, tiedTo scope: WeightScope, shape: [Int]) throws -> LinearWeights {
        ignore(name)
        return try scope.linearWeights(name, shape: shape, layer: self.name)
    }

    /// The embeddings of this name in this scope, `[V, D]`, which stay in the type that they are stored in.
    /// - Returns: rows of zeros in the cases in which ``parameter(_:shape:)`` has zeros.
    package func embeddingTable(_ name: String, shape: [Int]) -> EmbeddingTable {
        precondition(shape.count == 2, "embeddingTable: shape \(shape)")
        guard let tensor = usableTensor(name, shape: shape) else { return .zeros(shape) }
        ledger.recordRequest(WeightRequest(name: fullName(name), tensor: tensor, form: .table))
        return isReading ? tensor.table() : .zeros(shape)
    }

    func precision(ofLayer name: String) -> Precision {
        ledger.recordLayer(name)
        return precisions.precision(ofLayer: name)
    }

    /// The weight of a linear layer that a packed checkpoint holds in panels, where they are mapped.
    /// - Parameter count: for how many floats it counts in the report.
    private func panels(
        _ name: String, columns: Int, depth: Int, precision: Precision, count: Int
    ) throws -> LinearWeights {
        let layout = PanelLayout(columns: columns, depth: depth, precision: precision)
        var tensors: [Checkpoint.StoredTensor] = []
        for part in layout.parts(name) {
            guard let tensor = checkpoint.table[ExactString(part.name)] else {
                ledger.recordMissing(part.name, expected: part.shape)
                continue
            }
            guard tensor.description.dataType == part.dataType else {
                ledger.recordUnsupported(tensor.description, expected: [part.dataType])
                continue
            }
            guard tensor.description.shape == part.shape else {
                ledger.recordMisshapen(tensor.description, expected: part.shape)
                continue
            }
            ledger.recordUse(of: tensor.description, count: part.name == name ? count : 0)
            tensors.append(tensor)
        }
        do {
            guard tensors.count == layout.parts(name).count, isReading else {
                return .packed(try .zeros(columns: columns, depth: depth, precision: precision))
            }
            return .packed(try layout.weights(tensors))
        } catch {
            // A tensor of another size moves those after it off their places, and is what has to be reported.
            try checkTensors()
            throw error
        }
    }
}

extension EmbeddingTable {
    fileprivate static func zeros(_ shape: [Int]) -> EmbeddingTable {
        EmbeddingTable(rowCount: shape[0], width: shape[1]) { _, row in row.update(repeating: 0) }
    }
}
