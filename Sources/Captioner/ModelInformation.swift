import CaptionerCheckpoints
import CaptionerFiles
import CaptionerModels
import CaptionerTensorCore

/// The content of a ``ModelSummary`` as values that can be stored and compared. `caption-images inspect --json` writes
/// them with names in snake_case.
///
/// ```swift
/// let information = try ModelSummary(modelFolder: folder).information
/// let json = try JSONEncoder().encode(information)
/// ```
public struct ModelInformation: Sendable, Hashable, Codable {
    /// The path of the folder. A path that is not UTF-8 is percent-escaped.
    public var model: String
    /// Whether the model can run.
    public var isComplete: Bool
    /// The model's class in the library that defines it, such as `Blip2ForConditionalGeneration`.
    public var architecture: String
    /// The parts of the model, such as `vision` and `decoder`, each with values by their names in `config.json`.
    public var parts: [String: [String: Value]]
    /// The number of parameters: floats in all tensors that the model uses.
    public var parameters: Int
    /// Pixels along each side of the images that the model takes.
    public var imageSize: Int
    /// Why there is no image processor, if there is none.
    public var imageProcessorError: String?
    /// The number of tokens in the tokenizer's vocabulary.
    public var tokenizerSize: Int?
    /// Why there is no tokenizer, if there is none.
    public var tokenizerError: String?
    /// How the model was packed; nil for one that is not packed.
    public var packing: Packing?
    /// How the tensors of the weight files fit the model.
    public var tensors: Tensors

    /// A value of a configuration.
    public enum Value: Sendable, Hashable {
        /// A whole number.
        case integer(Int)
        /// A list of whole numbers, such as sizes of stages.
        case integers([Int])
        /// A number with a fraction.
        case number(Double)
        /// A name, such as that of an activation.
        case text(String)
        /// True or false.
        case flag(Bool)
    }

    /// How a model was packed.
    public struct Packing: Sendable, Hashable, Codable {
        /// The precision of the linear layers that no exception names: `int8` or `bf16`.
        public var precision: String
        /// Layers with another precision.
        public var layerPrecisions: [LayerPrecision]
        /// The version of the packed format.
        public var formatVersion: String
        /// The name of the folder that was packed.
        public var source: String
        /// The program that packed it, such as `captioner 0.1.0`.
        public var madeBy: String
    }

    /// A precision for the layers whose names have a part in common.
    public struct LayerPrecision: Sendable, Hashable, Codable {
        /// Dotted parts of the layers' names.
        public var part: String
        /// `f32`, `bf16` or `int8`.
        public var precision: String
    }

    /// The tensors in the weight files, and how they fit the model.
    public struct Tensors: Sendable, Hashable, Codable {
        /// The number of tensors in the files, used or not.
        public var count: Int
        /// Their bytes.
        public var bytes: Int
        /// The number of tensors that the model uses, by type, such as `F32`.
        public var used: [String: Int]
        /// Names of tensors that the model does not use.
        public var unused: [String]
        /// Tensors that the model needs and that are in no file.
        public var missing: [Missing]
        /// Tensors of another shape than the model needs.
        public var misshapen: [Misshapen]
        /// Tensors of a type that cannot be converted to the weight.
        public var unsupported: [Unsupported]
    }

    /// A tensor that the model needs and that is in no file.
    public struct Missing: Sendable, Hashable, Codable {
        /// Its name in the files.
        public var name: String
        /// The shape that the model needs.
        public var expectedShape: [Int]
    }

    /// A tensor of another shape than the model needs.
    public struct Misshapen: Sendable, Hashable, Codable {
        /// Its name in the files.
        public var name: String
        /// The shape that the model needs.
        public var expectedShape: [Int]
        /// The shape in the files.
        public var foundShape: [Int]
    }

    /// A tensor of a type that cannot be converted to the weight.
    public struct Unsupported: Sendable, Hashable, Codable {
        /// Its name in the files.
        public var name: String
        /// The type in the files, such as `I8`.
        public var type: String
        /// The types that can be converted to the weight.
        public var expectedTypes: [String]
    }
}

extension ModelInformation.Value: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let integer = try? container.decode(Int.self) {
            self = .integer(integer)
        } else if let integers = try? container.decode([Int].self) {
            self = .integers(integers)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else {
            self = .text(try container.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .integer(let value): try container.encode(value)
        case .integers(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .text(let value): try container.encode(value)
        case .flag(let value): try container.encode(value)
        }
    }

    init(_ value: ModelFact.Value) {
        self =
            switch value {
            case .integer(let value): .integer(value)
            case .integers(let value): .integers(value)
            case .number(let value): .number(value)
            case .text(let value): .text(value)
            case .flag(let value): .flag(value)
            }
    }
}

extension ModelSummary {
    /// The summary as values.
    public var information: ModelInformation {
        func error<Value>(_ result: Result<Value, any Error>) -> String? {
            if case .failure(let error) = result { "\(error)" } else { nil }
        }
        let parts = facts.map { fact in
            (fact.name.replacing("-", with: "_"), fact.values.mapValues(ModelInformation.Value.init))
        }
        return ModelInformation(
            model: folder.escaped, isComplete: isComplete, architecture: architecture,
            parts: Dictionary(parts) { $1 }, parameters: weights.parameterCount, imageSize: imageSize,
            imageProcessorError: error(imageProcessor), tokenizerSize: try? tokenizer.get(),
            tokenizerError: error(tokenizer), packing: packing.map(ModelInformation.Packing.init),
            tensors: ModelInformation.Tensors(weights, count: tensorCount, bytes: weightBytes))
    }
}

extension ModelInformation.Packing {
    fileprivate init(_ packing: CaptionerCheckpoints.Packing) {
        self.init(
            precision: packing.plan.precision.rawValue,
            layerPrecisions: packing.plan.exceptions.map {
                ModelInformation.LayerPrecision(part: $0.part, precision: $0.precision.rawValue)
            }, formatVersion: CaptionerCheckpoints.Packing.version, source: packing.source, madeBy: packing.maker)
    }
}

extension ModelInformation.Tensors {
    fileprivate init(_ report: WeightReport, count: Int, bytes: Int) {
        self.init(
            count: count, bytes: bytes,
            used: Dictionary(uniqueKeysWithValues: report.tensorCounts.map { ($0.key.rawValue, $0.value) }),
            unused: report.unused,
            missing: report.missing.map { ModelInformation.Missing(name: $0.name, expectedShape: $0.expected) },
            misshapen: report.misshapen.map {
                ModelInformation.Misshapen(name: $0.name, expectedShape: $0.expected, foundShape: $0.found)
            },
            unsupported: report.unsupported.map {
                ModelInformation.Unsupported(
                    name: $0.name, type: $0.dataType.rawValue, expectedTypes: $0.expected.map(\.rawValue))
            })
    }
}
