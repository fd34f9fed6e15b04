import Foundation

// Plain scalar versions of the operations, in double precision, to compare the fast ones with.

func referenceLinear(_ x: [Float], weight: [Float], bias: [Float]?, rows: Int, depth: Int, columns: Int) -> [Double] {
    (0..<rows).flatMap { row in
        (0..<columns).map { column in
            (0..<depth).reduce(Double(bias?[column] ?? 0)) {
                $0 + Double(x[row * depth + $1]) * Double(weight[column * depth + $1])
            }
        }
    }
}

func referenceSoftmax(_ x: [Double]) -> [Double] {
    let largest = x.max() ?? 0
    let powers = x.map { exp($0 - largest) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
}

func referenceGELU(_ x: Double) -> Double { x * 0.5 * erfc(-x / 2.0.squareRoot()) }

/// softmax(scale Q Kᵀ) V of one head, each query seeing the first `visible(query)` keys.
func referenceAttention(
    queries: [[Float]], keys: [[Float]], values: [[Float]], scale: Double, visible: (Int) -> Int
) -> [[Double]] {
    queries.enumerated().map { index, query in
        let count = visible(index)
        let scores = keys.prefix(count).map { key in
            scale * zip(query, key).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        let weights = referenceSoftmax(scores)
        return (0..<(values.first?.count ?? 0)).map { column in
            zip(weights, values).reduce(0) { $0 + $1.0 * Double($1.1[column]) }
        }
    }
}

/// The largest difference, relative to the largest magnitude of the reference.
func relativeError(_ found: [Float], _ expected: [Double]) -> Double {
    let magnitude = expected.map(abs).max() ?? 0
    let difference = zip(found, expected).map { abs(Double($0) - $1) }.max() ?? 0
    return found.count == expected.count ? difference / max(magnitude, 1e-30) : .infinity
}

/// Numbers in [-1, 1) from a fixed seed.
struct Numbers {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> Float {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Float(Int64(state >> 40) - (1 << 23)) / Float(1 << 23)
    }

    mutating func next(_ count: Int) -> [Float] { (0..<count).map { _ in next() } }
}
