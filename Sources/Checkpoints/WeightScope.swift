import CaptionerFiles
import CaptionerJSON
package import CaptionerTensorCore

/// The weights of a checkpoint below a name, as in `weights["vision_model"]["encoder"]["layers", 3]`.
///
/// All scopes that come from one call of `Checkpoint.weights` share one ledger. A tensor that is missing or has the
/// wrong shape is written down there and replaced by zeros, so that all problems of a model that was built to the
/// end are reported at once: call `validate` then, and do not use the model if it throws.
package struct WeightScope: Sendable {
    let checkpoint: Checkpoint
    let ledger: WeightLedger
    let isReading: Bool
    let precisions: PrecisionPlan
    /// The name that all names in this scope start with, without a dot at its end. Empty for the root.
    package let name: String
    /// What the checkpoint calls a tensor; nil where that is the model's own name.
    private let names: (@Sendable (String) -> StoredName)?

    /// The root scope, with an empty ledger.
    init(
        _ checkpoint: Checkpoint, reading: Bool, precisions: PrecisionPlan,
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) {
        self.checkpoint = checkpoint
        ledger = WeightLedger(
            totalBytes: checkpoint.tensors.map(\.byteRange.count).reduce(0, +), progress: progress)
        isReading = reading
        self.precisions = precisions
        name = ""
        names = nil
    }

    private init(_ name: String, in scope: WeightScope, names: (@Sendable (String) -> StoredName)?) {
        checkpoint = scope.checkpoint
        ledger = scope.ledger
        isReading = scope.isReading
        precisions = scope.precisions
        self.name = name
        self.names = names
    }

    /// The scope below a name, which may contain dots.
    package subscript(_ name: String) -> WeightScope { WeightScope(fullName(name), in: self, names: names) }

    /// The scope of an element of a list, such as `["layers", 3]` for `layers.3`.
    package subscript(_ name: String, _ index: Int) -> WeightScope { self["\(name).\(index)"] }

    /// This scope of a checkpoint that calls its tensors otherwise than the model does, as one in another library's
    /// layout.
    ///
    /// Layers keep the model's names, by which precisions are chosen and packed files are written. What is reported of
    /// tensors has the checkpoint's names.
    /// - Parameter names: what the checkpoint calls the tensor that has a full name in the model, and how it holds it. It is
    ///   not asked for packed checkpoints.
    package func renamed(_ names: @escaping @Sendable (String) -> StoredName) -> WeightScope {
        WeightScope(name, in: self, names: checkpoint.packing == nil ? names : nil)
    }

    /// Whether the checkpoint holds a tensor of this name in this scope.
    package func contains(_ name: String) -> Bool { checkpoint.table[ExactString(storedName(name).name)] != nil }

    /// The shape of the tensor of this name in this scope, or `nil` when the checkpoint does not hold it.
    ///
    /// This is for sizes that only the weights define, such as the rows of a vocabulary that was padded.
    package func shape(of name: String) -> [Int]? {
        let stored = storedName(name)
        return checkpoint.table[ExactString(stored.name)].flatMap { stored.shape(of: $0.description.shape) }
    }

    /// The tensor of this name in this scope, as float32.
    ///
    /// Float32 tensors are not copied but looked at where the file is mapped. Float16 and bfloat16 tensors are
    /// converted, which is exact.
    /// - Parameters:
    ///   - name: the name inside this scope.
    ///   - shape: what the model needs.
    /// - Returns: the weight; zeros when the tensor is missing, misshapen or of a type that cannot be used, which the
    ///   ledger records, and zeros in any case when the scope does not read.
    /// - Throws: `TensorError.outOfMemory`; `CancellationError` when the task was cancelled.
    package func parameter(_ name: String, shape: [Int]) throws -> Parameter {
        try Task.checkCancellation()
        guard let tensor = usableTensor(name, shape: shape) else { return try placeholder(shape: shape) }
        ledger.recordRequest(WeightRequest(name: fullName(name), tensor: tensor, form: .parameter))
        return isReading ? try tensor.parameter() : try .zeros(shape: shape)
    }

    /// The tensor, if the checkpoint has one that can be used. The ledger records it either way.
    func usableTensor(_ name: String, shape: [Int]) -> Checkpoint.StoredTensor? {
        let stored = storedName(name)
        guard let tensor = checkpoint.table[ExactString(stored.name)] else {
            ledger.recordMissing(stored.name, expected: stored.storedShape(shape))
            return nil
        }
        guard tensor.description.dataType.isUsableAsParameter else {
            ledger.recordUnsupported(tensor.description, expected: DataType.usableAsParameter)
            return nil
        }
        guard tensor.description.shape == stored.storedShape(shape) else {
            ledger.recordMisshapen(tensor.description, expected: stored.storedShape(shape))
            return nil
        }
        ledger.recordUse(of: tensor.description, count: tensor.description.count)
        return tensor.tensor(stored, shape: shape)
    }

    /// Zeros in place of a tensor that the ledger has a complaint about. When even their address space cannot be had,
    /// as for absurd sizes in a configuration, the complaints so far are thrown.
    func placeholder(shape: [Int]) throws -> Parameter {
        do {
            return try .zeros(shape: shape)
        } catch {
            try checkTensors()
            throw error
        }
    }

    /// Declares that the tensor of this name is known and not needed, such as a second copy of tied weights, so that it
    /// is not reported as unused. Nothing happens when the checkpoint does not hold it.
    package func ignore(_ name: String) { ledger.ignore(storedName(name).name) }

    /// Declares that the tensors of this scope that were not asked for are known and not needed.
    package func ignoreRest() {
        let prefix = Array((name + ".").utf8)
        for name in checkpoint.table.keys where name.string.utf8.starts(with: prefix) { ledger.ignore(name.string) }
    }

    /// What was asked for so far through any scope that shares this ledger, and how the checkpoint answered.
    package func report() -> WeightReport {
        ledger.report(names: checkpoint.table.lazy.filter { !$0.value.isJoined }.map(\.key))
    }

    /// Checks that the model has got everything that it asked for.
    /// - Throws: `CheckpointError.unsuitableWeights`, which names every tensor at fault. Unused tensors are no fault.
    ///   `.unknownLayer` when the plan of precisions makes an exception for a layer that was not asked for.
    package func validate() throws(CheckpointError) {
        try checkTensors()
        let layers = ledger.layers
        guard checkpoint.packing == nil,
            let odd = precisions.exceptions.first(where: { exception in !layers.contains(where: exception.names) })
        else { return }
        throw .unknownLayer(part: odd.part, layers: Set([layers.min(), layers.max()].compactMap(\.self)).sorted())
    }

    func checkTensors() throws(CheckpointError) {
        let report = report()
        guard report.isComplete else { throw .unsuitableWeights(folder: checkpoint.folder.escaped, report: report) }
    }

    /// What a model that was built from this scope asked for, each under the name that a packed file has for it.
    var requests: [WeightRequest] { ledger.requests }

    /// What the model calls a tensor of this scope.
    func fullName(_ name: String) -> String { self.name.isEmpty ? name : "\(self.name).\(name)" }

    /// What the checkpoint calls it.
    private func storedName(_ name: String) -> StoredName {
        let name = fullName(name)
        return names?(name) ?? StoredName(name)
    }
}

extension Checkpoint {
    /// The root of the weights, with a fresh ledger.
    /// - Parameters:
    ///   - reading: whether to read weights at all. Without, every parameter is zeros, which costs no memory
    ///   and no time, and `WeightScope.report` still says how the checkpoint fits.
    ///   - precisions: which precision linear layers get. A packed checkpoint has its own.
    ///   - progress: receives after each tensor the share of the bytes that was asked for, 0 to 1.
    package func weights(
        reading: Bool = true, precisions: PrecisionPlan = PrecisionPlan(.float32),
        progress: @escaping @Sendable (Double) -> Void = { _ in }
    ) -> WeightScope {
        WeightScope(self, reading: reading, precisions: packing?.plan ?? precisions, progress: progress)
    }

    /// The root of the weights as they are going to be packed, with a fresh ledger.
    package func weights(reading: Bool, packing: Packing) -> WeightScope {
        weights(reading: reading, precisions: packing.plan)
    }
}
