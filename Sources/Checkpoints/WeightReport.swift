/// How the tensors of a checkpoint fit what a model asked for.
package struct WeightReport: Equatable, Sendable {
    /// A tensor that the model needs and the checkpoint does not hold.
    package struct Missing: Equatable, Sendable {
        package let name: String
        package let expected: [Int]
    }

    /// A tensor with another shape than the model needs.
    package struct Misshapen: Equatable, Sendable {
        package let name: String
        package let expected: [Int]
        package let found: [Int]
    }

    /// A tensor with elements that the weight cannot be made of.
    package struct Unsupported: Equatable, Sendable {
        package let name: String
        package let dataType: DataType
        /// What it can be made of.
        package let expected: [DataType]

        /// The expected types as a list in a sentence: `F32, F16 or BF16`.
        package var expectedText: String {
            let names = expected.map(\.rawValue)
            return names.count < 2
                ? names.joined() : "\(names.dropLast().joined(separator: ", ")) or \(names[names.count - 1])"
        }
    }

    /// Tensors that the checkpoint does not hold, in the order in which the model asked for them, as all lists of
    /// problems.
    package internal(set) var missing: [Missing] = []
    /// Tensors of other shapes than asked for.
    package internal(set) var misshapen: [Misshapen] = []
    /// Tensors of types that cannot be used.
    package internal(set) var unsupported: [Unsupported] = []
    /// Tensors that were neither asked for nor declared to be ignored, sorted by name.
    package internal(set) var unused: [String] = []
    /// The number of floats in all tensors that the model asked for and got. A tensor that was asked for twice counts
    /// once.
    package internal(set) var parameterCount = 0
    /// How many tensors of each type the model asked for and got.
    package internal(set) var tensorCounts: [DataType: Int] = [:]

    /// Whether the model has got everything that it asked for.
    package var isComplete: Bool { missing.isEmpty && misshapen.isEmpty && unsupported.isEmpty }

    /// All problems in a sentence, at most `limit` of them by name.
    package func problemDescription(limit: Int = 20) -> String {
        let problems =
            missing.map { "\($0.name) is missing, expected \($0.expected)" }
            + misshapen.map { "\($0.name) is \($0.found), expected \($0.expected)" }
            + unsupported.map { "\($0.name) has dtype \($0.dataType.rawValue), expected \($0.expectedText)" }
        let named = problems.prefix(max(limit, 0)).joined(separator: "; ")
        let rest = problems.count - min(problems.count, max(limit, 0))
        return rest > 0 ? "\(named); and \(rest) more" : named
    }
}
