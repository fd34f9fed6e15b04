import CaptionerFiles
import CaptionerJSON
import Foundation

/// An operator that takes samples by their place in the order of a field's values: Data-Juicer's selectors. What it takes
/// comes in descending order, unless it is asked for the least; equal values stay in their order.
package struct FieldSelector: Sendable {
    static let topName = "topk_specified_field_selector"
    static let rangeName = "range_specified_field_selector"

    private enum Choice: Sendable {
        case top(ratio: Double?, count: Int?, isReversed: Bool)
        case range(lower: Bound, upper: Bound)
    }

    private struct Bound: Sendable {
        let percentile: Double?
        let rank: Int?
        var isMissing: Bool { percentile == nil && rank == nil }
    }

    private let choice: Choice
    /// The names that lead to the field, from the row down.
    private let keys: [String]
    /// What messages call it.
    let field: String

    init(_ parameters: inout OperatorParameters) throws(OperatorProblem) {
        guard let field = try parameters.text("field_key"), !field.isEmpty else {
            throw OperatorProblem(message: "\(parameters.name) has no field_key, by which it would choose")
        }
        self.field = field
        keys = field.literalComponents(separatedBy: ".")
        if parameters.name == Self.topName {
            let ratio = try parameters.number("top_ratio", in: 0...1)
            let count = try parameters.integer("topk", atLeast: 1)
            guard ratio.map({ $0 > 0 }) ?? false || count != nil else {
                throw OperatorProblem(message: "\(parameters.name) has neither top_ratio nor topk")
            }
            choice = .top(
                ratio: ratio == 0 ? nil : ratio, count: count, isReversed: try parameters.truth("reverse") ?? true)
        } else {
            func bound(_ side: String) throws(OperatorProblem) -> Bound {
                Bound(
                    percentile: try parameters.number("\(side)_percentile", in: 0...1),
                    rank: try parameters.integer("\(side)_rank", atLeast: 1))
            }
            let (lower, upper) = (try bound("lower"), try bound("upper"))
            guard !lower.isMissing, !upper.isMissing else {
                throw OperatorProblem(
                    message: "\(parameters.name) takes a lower and an upper bound, each a rank or a percentile")
            }
            choice = .range(lower: lower, upper: upper)
        }
    }

    /// What a sample is ordered by.
    enum Key: Sendable {
        case number(Double)
        case text(ExactString)
    }

    /// A sample's value.
    /// - Parameter profile: the version of Data-Juicer; to that of 2024 the mean of a list is none, but to ranges.
    /// - Throws: `ItemFailure` for a sample without the field, or with what has no order.
    func key(of members: [JSONMember], _ profile: CompatibilityProfile?) throws(ItemFailure) -> Key {
        var value = JSONValue.object(members)
        for key in keys {
            guard let inner = value[key] else {
                throw ItemFailure(stage: .sample, message: "it has no field \(field)")
            }
            value = inner
        }
        // Of a field of the row itself the top is that of the values as they are.
        if case .top = choice, keys.count == 1 {
            if let text = value.text { return .text(ExactString(text)) }
            guard let number = value.plainNumber else {
                throw ItemFailure(stage: .sample, message: "its \(field) is \(value.kind), which has no order")
            }
            return .number(number)
        }
        if case .top = choice, profile == .betterSynth, value.elements != nil { value = .null }
        return .number(value.statNumber(isReversed: isReversed))
    }

    private var isReversed: Bool { if case .top(_, _, let isReversed) = choice { isReversed } else { true } }

    /// The samples that are taken, in the order in which they come out.
    /// - Throws: `ItemFailure` when there are texts and numbers.
    func chosen(among keys: [Key]) throws(ItemFailure) -> [Int] {
        let count = keys.count
        guard count > 1 else { return Array(keys.indices) }
        switch choice {
        case .top(let ratio, let most, let isReversed):
            var wanted = ratio.map { $0 * Double(count) } ?? Double(most ?? 0)
            if let most, Double(most) < wanted { wanted = Double(most) }
            return Array(try Self.ordered(keys, isReversed).prefix(Int(wanted)))
        case .range(let lower, let upper):
            var from = lower.percentile.map { Int($0 * Double(count)) } ?? 0
            if let rank = lower.rank { from = max(from, rank) }
            var to = upper.percentile.map { Int($0 * Double(count)) } ?? count
            if let rank = upper.rank { to = min(to, rank) }
            to = max(from, to)
            let least = Array(try Self.ordered(keys, false).prefix(to))
            let most = try Self.ordered(least.map { keys[$0] }, true).prefix(to - from)
            return most.map { least[$0] }
        }
    }

    private static func ordered(_ keys: [Key], _ isReversed: Bool) throws(ItemFailure) -> [Int] {
        let numbers = keys.compactMap {
            if case .number(let number) = $0 { number.isNaN ? -.infinity : number } else { nil }
        }
        if numbers.count == keys.count {
            return keys.indices.sorted {
                numbers[$0] == numbers[$1] ? $0 < $1 : (numbers[$0] < numbers[$1]) != isReversed
            }
        }
        let texts = keys.compactMap { if case .text(let text) = $0 { text } else { nil } }
        guard texts.count == keys.count else {
            throw ItemFailure(stage: .sample, message: "texts and numbers have no order")
        }
        return keys.indices.sorted {
            texts[$0] == texts[$1] ? $0 < $1 : (texts[$0] < texts[$1]) != isReversed
        }
    }
}

extension JSONValue {
    fileprivate var plainNumber: Double? {
        if case .bool(let truth) = self { truth ? 1 : 0 } else { double }
    }

    /// The number that a value counts as, as `stats_to_number` has it: of a list the mean, of a text what it spells; of
    /// anything else one that is never taken before others.
    fileprivate func statNumber(isReversed: Bool) -> Double {
        let worst = isReversed ? -Double(Int.max) : Double(Int.max)
        switch self {
        case .string(let text): return Double(text.strippingWhitespace()) ?? worst
        case .array(let elements):
            let numbers = elements.compactMap(\.plainNumber)
            guard !numbers.isEmpty, numbers.count == elements.count else { return worst }
            return numbers.reduce(0, +) / Double(numbers.count)
        default: return plainNumber ?? worst
        }
    }
}
