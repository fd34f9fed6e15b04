import Foundation

/// log Σ e^x over `count` floats, computed around their largest.
package func logSumExp(_ row: UnsafePointer<Float>, count: Int) -> Float {
    let largest = maximum(row, count: count)
    guard largest > -.infinity else { return largest }
    var sum = 0.0
    let whole = count & ~7
    var index = 0
    while index < whole {
        sum += Double(exponential(row.vector(at: index) - largest).sum())
        index += 8
    }
    while index < count {
        sum += Double(exponential(Vector(repeating: row[index] - largest))[0])
        index += 1
    }
    return largest + Float(log(sum))
}

/// The largest of `count` floats, -∞ if there are none.
private func maximum(_ row: UnsafePointer<Float>, count: Int) -> Float {
    var largests = Vector(repeating: -.infinity)
    let whole = count & ~7
    var index = 0
    while index < whole {
        largests = pointwiseMax(largests, row.vector(at: index))
        index += 8
    }
    var largest = largests.max()
    while index < count {
        largest = max(largest, row[index])
        index += 1
    }
    return largest
}
