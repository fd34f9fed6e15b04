import CaptionerJSON

/// The score of a row: a number, or a list with one for each chunk or image, as Data-Juicer's statistics are.
struct RowScore: Equatable {
    /// Finite.
    let values: [Double]

    /// Why a value is no score.
    struct Problem: Error, Equatable {
        /// What the value is instead.
        let found: String
    }

    /// - Throws: `Problem` for what is no number and no list of numbers, and for numbers that are not finite.
    init(_ value: JSONValue) throws(Problem) {
        guard let elements = value.elements else {
            values = [try Self.number(value)]
            return
        }
        var values: [Double] = []
        for element in elements {
            do {
                values.append(try Self.number(element))
            } catch {
                throw Problem(found: "a list with \(error.found)")
            }
        }
        self.values = values
    }

    private static func number(_ value: JSONValue) throws(Problem) -> Double {
        guard let number = value.double, number.isFinite else { throw Problem(found: value.kind) }
        return number
    }

    /// What counts when rows are ranked: the mean, of an empty list minus infinity.
    var rank: Double { values.isEmpty ? -.infinity : Self.sum(values[...]) / Double(values.count) }

    /// The sum as numpy computes it, so that means that are equal there are equal here: up to 128 numbers in eight
    /// lanes, more in halves.
    private static func sum(_ values: ArraySlice<Double>) -> Double {
        guard values.count >= 8 else { return values.reduce(0, +) }
        guard values.count <= 128 else {
            let half = values.count / 2
            let middle = values.startIndex + half - half % 8
            return sum(values[..<middle]) + sum(values[middle...])
        }
        var lanes = Array(values.prefix(8))
        let end = values.startIndex + values.count / 8 * 8
        for (lane, value) in values[..<end].dropFirst(8).enumerated() { lanes[lane % 8] += value }
        let whole = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]))
        return values[end...].reduce(whole, +)
    }
}
