import CaptionerJSON

extension Checkpoint {
    /// This checkpoint with the tensors of another one, whose names get a prefix.
    ///
    /// Tensors of the other one that no model asks for are not reported as unused.
    /// - Parameter prefix: such that no name of this checkpoint begins with it.
    package func joined(with other: Checkpoint, prefix: String) -> Checkpoint {
        var table = table
        for (name, tensor) in other.table {
            var tensor = tensor
            tensor.isJoined = true
            table[ExactString(prefix + name.string)] = tensor
        }
        return Checkpoint(folder: folder, table: table, packing: packing)
    }
}
