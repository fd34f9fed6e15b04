/// Keys and values of one layer: `slots` sequences of up to `capacity` positions.
struct KeyValueStore: ~Copyable {
    let keys: Tensor  // [slots, capacity, D]
    let values: Tensor  // [slots, capacity, D]

    init(slots: Int, capacity: Int, width: Int, in context: ComputeContext) {
        keys = Tensor(shape: [slots, capacity, width], in: context)
        values = Tensor(shape: [slots, capacity, width], in: context)
    }

    var slots: Int { keys.shape[0] }
    var capacity: Int { keys.shape[1] }

    /// Where a position of a slot starts, in floats from the first.
    func offset(slot: Int, position: Int = 0) -> Int { (slot * capacity + position) * keys.columns }

    /// Writes `count` positions from contiguous rows.
    func write(
        keys newKeys: UnsafePointer<Float>, values newValues: UnsafePointer<Float>, slot: Int, position: Int, count: Int
    ) {
        let target = offset(slot: slot, position: position)
        (keys.pointer + target).update(from: newKeys, count: count * keys.columns)
        (values.pointer + target).update(from: newValues, count: count * keys.columns)
    }

    /// Copies the first `count` positions of a slot to another.
    func copy(slot: Int, to target: Int, count: Int) {
        write(
            keys: keys.pointer + offset(slot: slot), values: values.pointer + offset(slot: slot), slot: target,
            position: 0, count: count)
    }
}
