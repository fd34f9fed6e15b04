import CaptionerCheckpoints
import CaptionerFiles
import CaptionerModels
import CaptionerTensorCore
import CaptionerTokenization
public import Foundation
package import SystemPackage

/// What a checkpoint folder contains, and whether the model can run: the output of `caption-images inspect`.
///
/// ```swift
/// let summary = try ModelSummary(modelFolder: folder)
/// print(summary.isComplete, summary.information.parameters)
/// ```
public struct ModelSummary: Sendable {
    let folder: FilePath
    let architecture: String
    let facts: [ModelFact]
    let imageSize: Int
    /// The bytes of the tensors in the weight files.
    public let weightBytes: Int
    /// The number of tensors in the files, used or not.
    public let tensorCount: Int
    /// Missing, misshapen and unused tensors, parameters and dtypes.
    let weights: WeightReport
    /// What a packed checkpoint says of itself.
    let packing: Packing?
    /// How many tokens the tokenizer knows, or why there is none.
    let tokenizer: Result<Int, any Error>
    /// Why there is no image processor, if there is none.
    let imageProcessor: Result<Void, any Error>

    /// Reads the configuration and the headers of the weight files, not the weights.
    /// - Parameters:
    ///   - modelFolder: a checkpoint folder.
    ///   - towers: for a model that is spread over several folders, where its towers are.
    /// - Throws: `CaptionerError` with the code `unusableModel` when the folder, its configuration or a header cannot be
    ///   read.
    public init(modelFolder: URL, towers: Captioner.Towers = Captioner.Towers()) throws {
        try self.init(model: FilePath(modelFolder), towers: towers)
    }

    /// The same of a folder whose path may be any bytes.
    package init(model folder: FilePath, towers: Captioner.Towers = Captioner.Towers()) throws {
        self.folder = folder
        do {
            let source = try ModelFolder<any Model>(folder, towers: towers)
            let checkpoint = source.checkpoint
            packing = checkpoint.packing
            let (model, report) = try source.inspect()
            (architecture, facts, weights) = (model.architecture, model.facts, report)
            imageSize = model.imageSize
            tensorCount = checkpoint.tensors.count
            weightBytes = checkpoint.tensors.map(\.byteRange.count).reduce(0, +)
            tokenizer = Result { try Tokenizer(folder: folder).vocabularySize }
            imageProcessor = Result { _ = try source.imageProcessor(for: model) }
        } catch {
            throw CaptionerError.unusableModel(folder: folder.escaped, cause: "\(error)")
        }
    }

    /// Whether the model can run: every tensor is there with a usable shape and type, and the tokenizer and the image
    /// processor can be loaded.
    public var isComplete: Bool {
        guard case .success = tokenizer, case .success = imageProcessor else { return false }
        return weights.isComplete
    }
}

extension ModelSummary: CustomStringConvertible {
    /// The summary as lines of text.
    public var description: String {
        let types = weights.tensorCounts.sorted { $0.key.rawValue < $1.key.rawValue }
            .map { "\($0.key.rawValue) (\($0.value))" }.joined(separator: ", ")
        let problems =
            weights.missing.map { "missing       \($0.name), expected \($0.expected)" }
            + weights.misshapen.map { "misshapen     \($0.name), expected \($0.expected), found \($0.found)" }
            + weights.unsupported.map {
                "unsupported   \($0.name), dtype \($0.dataType.rawValue), expected \($0.expectedText)"
            }
        let lines = [
            "tokenizer     " + Self.text(tokenizer) { "\($0) tokens" },
            "images        "
                + Self.text(imageProcessor) { "made \(imageSize) x \(imageSize) pixels large" },
            "packed        \(packing.map(Self.text) ?? "no")",
            "parameters    \(weights.parameterCount)",
            "tensors       \(tensorCount) in \(weightBytes) bytes, used: \(types.isEmpty ? "none" : types)",
            "unused        \(weights.unused.isEmpty ? "none" : weights.unused.joined(separator: ", "))",
        ]
        let facts = ([("architecture", [architecture])] + facts.map { ($0.name, $0.lines) }).flatMap { name, lines in
            lines.enumerated().map { ($0 == 0 ? name : "").padding(to: 14) + $1 }
        }
        return (facts + lines + (problems.isEmpty ? ["missing       none"] : problems)).joined(separator: "\n")
    }

    private static func text(_ packing: Packing) -> String {
        let exceptions = packing.plan.exceptions.map { "\($0.part) \($0.precision.rawValue)" }
        let plan = ([packing.plan.precision.rawValue] + exceptions).joined(separator: ", ")
        return "in \(plan), format version \(Packing.version), from \(packing.source) by \(packing.maker)"
    }

    private static func text<Value>(_ result: Result<Value, any Error>, _ text: (Value) -> String) -> String {
        switch result {
        case .success(let value): text(value)
        case .failure(let error): "unusable: \(error)"
        }
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(width - utf8.count, 0))
    }
}
