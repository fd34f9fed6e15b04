import CaptionerJSON
import CaptionerTensorCore

/// Keeps the books while a model takes its weights: what was asked for, what was not there.
final class WeightLedger: Sendable {
    private struct Entries {
        var report = WeightReport()
        /// The names that were handed out, and those that were at least mentioned.
        var used: Set<ExactString> = []
        var touched: Set<ExactString> = []
        var requests: [WeightRequest] = []
        var floatsOfTables: [WeightRequest] = []
        var requested: Set<ExactString> = []
        var layers: Set<String> = []
        var usedBytes = 0
    }

    private let entries = Locked(Entries())
    private let totalBytes: Int
    private let progress: @Sendable (Double) -> Void

    /// - Parameters:
    ///   - totalBytes: of all tensors of the checkpoint.
    ///   - progress: receives after each tensor the share of these that was asked for.
    init(totalBytes: Int, progress: @escaping @Sendable (Double) -> Void) {
        self.totalBytes = totalBytes
        self.progress = progress
    }

    /// - Parameter count: how many floats of it are used.
    func recordUse(of tensor: TensorDescription, count: Int) {
        let bytes: Int? = entries.withLock { entries in
            entries.touched.insert(ExactString(tensor.name))
            guard entries.used.insert(ExactString(tensor.name)).inserted else { return nil }
            entries.report.parameterCount += count
            entries.report.tensorCounts[tensor.dataType, default: 0] += 1
            entries.usedBytes += tensor.byteRange.count
            return entries.usedBytes
        }
        if let bytes { progress(min(Double(bytes) / Double(max(totalBytes, 1)), 1)) }
    }

    /// What a tensor is wanted for, so that a packed file can hold it in that form.
    func recordRequest(_ request: WeightRequest) {
        entries.withLock { entries in
            guard entries.requested.insert(ExactString(request.name)).inserted else {
                if case .parameter = request.form { entries.floatsOfTables.append(request) }
                return
            }
            entries.requests.append(request)
        }
    }

    /// Requests for the floats of a tensor that was asked for in another form before, as an output layer does for the table
    /// that it shares.
    var floatsOfTables: [WeightRequest] { entries.withLock { $0.floatsOfTables } }

    var requests: [WeightRequest] { entries.withLock { $0.requests } }

    /// The name of a linear layer, by which the plan of precisions may know it.
    func recordLayer(_ name: String) {
        entries.withLock { entries in _ = entries.layers.insert(name) }
    }

    var layers: Set<String> { entries.withLock { $0.layers } }

    func recordMissing(_ name: String, expected: [Int]) {
        let problem = WeightReport.Missing(name: name, expected: expected)
        entries.withLock { entries in
            if !entries.report.missing.contains(problem) { entries.report.missing.append(problem) }
        }
    }

    func recordMisshapen(_ tensor: TensorDescription, expected: [Int]) {
        let problem = WeightReport.Misshapen(name: tensor.name, expected: expected, found: tensor.shape)
        entries.withLock { entries in
            entries.touched.insert(ExactString(tensor.name))
            if !entries.report.misshapen.contains(problem) { entries.report.misshapen.append(problem) }
        }
    }

    func recordUnsupported(_ tensor: TensorDescription, expected: [DataType]) {
        let problem = WeightReport.Unsupported(name: tensor.name, dataType: tensor.dataType, expected: expected)
        entries.withLock { entries in
            entries.touched.insert(ExactString(tensor.name))
            if !entries.report.unsupported.contains(problem) { entries.report.unsupported.append(problem) }
        }
    }

    func ignore(_ name: String) {
        entries.withLock { entries in _ = entries.touched.insert(ExactString(name)) }
    }

    /// The report so far, for a checkpoint of tensors of these names.
    func report(names: some Sequence<ExactString>) -> WeightReport {
        entries.withLock { entries in
            var report = entries.report
            report.unused = names.filter { !entries.touched.contains($0) }.sorted().map(\.string)
            return report
        }
    }
}
