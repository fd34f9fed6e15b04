extension WeightScope {
    /// How many bytes the weights take that a model asked for which was built from this scope: as floats or as panels,
    /// mapped or not. Tables are left out: of those only the rows that are asked for come into memory.
    package var memoryByteCount: Int {
        let tables = requests.filter(\.isTable).map(\.byteCount)
        // A packed checkpoint is used where it is mapped.
        let all = checkpoint.packing != nil ? checkpoint.tensors.map(\.byteRange.count) : requests.map(\.byteCount)
        let floats = ledger.floatsOfTables.map(\.byteCount)
        return all.reduce(0, +) - tables.reduce(0, +) + floats.reduce(0, +)
    }
}

extension WeightRequest {
    fileprivate var isTable: Bool { if case .table = form { true } else { false } }
    fileprivate var byteCount: Int { entries.map(\.byteCount).reduce(0, +) }
}
