import CaptionerJSON
import Yams

/// Why an operator of a configuration cannot be had.
struct OperatorProblem: Error {
    let message: String
}

/// The parameters of an operator of a configuration. Each operator takes those that it has; one that is left over is an error.
struct OperatorParameters {
    let name: String
    private var values: [(name: String, node: Node)] = []
    private var taken: [String] = []

    /// What says how Data-Juicer spreads its work, and changes nothing of what comes out.
    private static let withoutEffect = [
        "accelerator", "adaptive_batching", "auto_op_parallelism", "batch_mode", "batch_size", "cpu_required",
        "gpu_required", "mem_required", "memory", "num_cpus", "num_gpus", "num_proc", "ray_execution_mode",
        "runtime_env", "skip_op_error", "trust_remote_code", "turbo", "work_dir",
    ]

    /// - Throws: `OperatorProblem` for parameters that are no mapping.
    init(_ name: String, _ node: Node?) throws(OperatorProblem) {
        self.name = name
        guard let node, node.null == nil else { return }
        guard let mapping = node.mapping else { throw OperatorProblem(message: "\(name) has no mapping of parameters") }
        for (key, value) in mapping { values.append((key.string ?? "", value)) }
    }

    /// The parameters as they were given, for what describes how an output was made.
    var json: JSONValue { .object(values.map { JSONMember($0.name, Self.json($0.node)) }) }

    private static func json(_ node: Node) -> JSONValue {
        if let sequence = node.sequence { return .array(sequence.map(json)) }
        if let mapping = node.mapping {
            return .object(mapping.map { JSONMember($0.key.string ?? "", json($0.value)) })
        }
        return .string(node.string ?? "")
    }

    private mutating func take(_ parameter: String) -> Node? {
        taken.append(parameter)
        guard let node = values.last(where: { $0.name.hasSameBytes(as: parameter) })?.node, node.null == nil else {
            return nil
        }
        return node
    }

    private func problem(_ parameter: String, _ cause: String) -> OperatorProblem {
        OperatorProblem(message: "\(parameter) of \(name) is \(cause)")
    }

    mutating func integer(_ parameter: String, atLeast least: Int = .min) throws(OperatorProblem) -> Int? {
        guard let node = take(parameter) else { return nil }
        guard let value = node.int, value >= least else {
            throw problem(parameter, least == .min ? "no whole number" : "no whole number of at least \(least)")
        }
        return value
    }

    mutating func number(
        _ parameter: String, in range: ClosedRange<Double> = -.infinity ... .infinity
    ) throws(OperatorProblem) -> Double? {
        guard let node = take(parameter) else { return nil }
        guard let value = node.float ?? node.int.map(Double.init), range.contains(value) else {
            throw problem(parameter, range.lowerBound.isFinite ? "no number in \(range)" : "no number")
        }
        return value
    }

    mutating func truth(_ parameter: String) throws(OperatorProblem) -> Bool? {
        guard let node = take(parameter) else { return nil }
        guard let value = node.bool else { throw problem(parameter, "neither true nor false") }
        return value
    }

    mutating func text(_ parameter: String) throws(OperatorProblem) -> String? {
        guard let node = take(parameter) else { return nil }
        guard let value = node.string else { throw problem(parameter, "no text") }
        return value
    }

    mutating func integers(_ parameter: String, atLeast least: Int) throws(OperatorProblem) -> [Int]? {
        guard let node = take(parameter) else { return nil }
        guard let values = node.sequence.map({ $0.compactMap(\.int) }), values.count == node.sequence?.count,
            values.allSatisfy({ $0 >= least })
        else { throw problem(parameter, "no list of whole numbers of at least \(least)") }
        return values
    }

    /// One of several words.
    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ parameter: String, _ type: Choice.Type
    ) throws(OperatorProblem) -> Choice? {
        guard let text = try text(parameter) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw problem(parameter, "none of \(type.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return choice
    }

    /// A parameter that asks for a model where there is none.
    mutating func refuseTokenization() throws(OperatorProblem) {
        guard try truth("tokenization") == true else { return }
        throw problem("tokenization", "true, which takes a tokenizer of Data-Juicer's; only false is done here")
    }

    /// - Throws: `OperatorProblem` for a parameter that nothing took.
    func checkAllTaken() throws(OperatorProblem) {
        for (name, _) in values where !taken.contains(name) && !Self.withoutEffect.contains(name) {
            throw OperatorProblem(
                message: "\(self.name) has no parameter \(name) here; it has \(taken.joined(separator: ", "))")
        }
    }
}
