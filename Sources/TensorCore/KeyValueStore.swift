/// Keys and values of one sequence, or of a part of it, in one layer. Room for more positions is made when it is needed.
final class KeyValueStore {
    private(set) var keys: Tensor  // [capacity, D]
    private(set) var values: Tensor  // [capacity, D]

    init(capacity: Int, width: Int, in context: ComputeContext) {
        keys = Tensor(shape: [capacity, width], in: context)
        values = Tensor(shape: [capacity, width], in: context)
    }

    var capacity: Int { keys.shape[0] }

    /// Makes room for this many positions, or more, so that growing one by one is cheap.
    /// - Parameter limit: how many there can be at most.
    func reserve(positions: Int, limit: Int, in context: ComputeContext) {
        guard positions > capacity else { return }
        let larger = KeyValueStore(
            capacity: max(positions, min(max(2 * capacity, 16), limit)), width: keys.columns, in: context)
        larger.copy(self, count: capacity)
        swap(&keys, &larger.keys)
        swap(&values, &larger.values)
    }

    /// Writes the first positions of another.
    func copy(_ other: KeyValueStore, count: Int) {
        write(keys: other.keys.pointer, values: other.values.pointer, position: 0, count: count)
    }

    /// Writes `count` positions from contiguous rows.
    func write(keys newKeys: UnsafePointer<Float>, values newValues: UnsafePointer<Float>, position: Int, count: Int) {
        precondition(position + count <= capacity, "KeyValueStore: position \(position + count) of \(capacity)")
        let offset = position * keys.columns
        (keys.pointer + offset).update(from: newKeys, count: count * keys.columns)
        (values.pointer + offset).update(from: newValues, count: count * keys.columns)
    }
}
