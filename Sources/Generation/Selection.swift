/// The index of the largest value, the first of them on ties, as `torch.argmax` on a CPU.
func indexOfMaximum(_ values: UnsafeBufferPointer<Float>) -> Int {
    var best = 0
    for index in values.indices where values[index] > values[best] { best = index }
    return best
}

/// The indices of the `count` largest values, largest first, on ties the first first.
func mostProbable(_ values: UnsafeBufferPointer<Float>, count: Int) -> [Int] {
    guard count != 1 else { return [indexOfMaximum(values)] }
    var best: [Int] = []
    for index in values.indices {
        if best.count == count, values[index] <= values[best[count - 1]] { continue }
        if best.count == count { best.removeLast() }
        let place = best.firstIndex { values[$0] < values[index] } ?? best.endIndex
        best.insert(index, at: place)
    }
    return best
}
