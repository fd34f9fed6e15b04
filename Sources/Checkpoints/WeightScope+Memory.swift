extension WeightScope {
    /// How many bytes the weights take that a model asked for which was built from this scope: as floats, as panels, or as
    /// they are stored, mapped or not.
    package var memoryByteCount: Int {
        // A packed checkpoint is used where it is mapped.
        if checkpoint.packing != nil { return checkpoint.tensors.map(\.byteRange.count).reduce(0, +) }
        return requests.flatMap(\.entries).map(\.byteCount).reduce(0, +)
    }
}
