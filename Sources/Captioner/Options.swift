import CaptionerCheckpoints
import CaptionerFiles
public import CaptionerImageProcessing
import CaptionerModels
import CaptionerTensorCore
public import Foundation
import SystemPackage

extension Captioner {
    /// How a captioner uses the machine and reads images.
    public struct Options: Sendable, Hashable {
        /// Threads that compute at once. Default: ``defaultThreadCount``.
        public var threadCount: Int
        /// The most images that go through the model together. Larger batches share the reading of weights, and take more
        /// memory, which has to be there: for BLIP-2 opt-2.7b some 40 MB an image, and 0.66 MB for each token of each of its
        /// beams or samples.
        public var batchSize: Int
        /// The compute type of the linear layers. Default: ``Precision/automatic``.
        public var precision: Captioner.Precision
        /// Layers that get another precision; where several name a layer, the last counts.
        public var layerPrecisions: [Captioner.LayerPrecision]
        /// Which kernels compute, by a name of ``Captioner/availableKernels``; nil for what the environment variable
        /// `CAPTIONER_KERNELS` names, or else the fastest.
        public var kernels: String?
        /// Whether images are turned the way their EXIF orientation says.
        public var orientation: ImageOrientation
        /// Where the towers of a model are that is spread over several folders, as MGM is.
        public var towers = Captioner.Towers()

        /// - Parameters: as the properties of the same names.
        public init(
            threadCount: Int = defaultThreadCount, batchSize: Int = 8, precision: Captioner.Precision = .automatic,
            layerPrecisions: [Captioner.LayerPrecision] = [], kernels: String? = nil,
            orientation: ImageOrientation = .apply
        ) {
            self.threadCount = threadCount
            self.batchSize = batchSize
            self.precision = precision
            self.layerPrecisions = layerPrecisions
            self.kernels = kernels
            self.orientation = orientation
        }

        /// One thread for each processor that the process may use: of those that it may run on (`taskset`), as many as its
        /// control groups grant time of (the limits of containers), a part of one counting as one.
        public static var defaultThreadCount: Int { min(ProcessorCount.available, threadCounts.upperBound) }

        /// What `threadCount` may be.
        public static let threadCounts = 1...1024
        /// What `batchSize` may be.
        public static let batchSizes = 1...4096

        func validate() throws {
            guard Self.threadCounts.contains(threadCount) else {
                throw CaptionerError.invalidOption(
                    "threadCount is \(threadCount), expected \(Self.threadCounts)", option: "threadCount")
            }
            guard Self.batchSizes.contains(batchSize) else {
                throw CaptionerError.invalidOption(
                    "batchSize is \(batchSize), expected \(Self.batchSizes)", option: "batchSize")
            }
            if let layer = layerPrecisions.first(where: { $0.part.isEmpty || $0.precision == .automatic }) {
                throw CaptionerError.invalidOption(
                    "layerPrecisions has \(layer.precision.rawValue) for \"\(layer.part)\", expected a precision for part of a name",
                    option: "layerPrecisions")
            }
            do {
                _ = try MatrixKernelSet.chosen(name: kernels)
            } catch {
                throw CaptionerError.invalidOption("\(error)", option: "kernels")
            }
        }
    }
}

extension Captioner {
    /// The parts of a model that are not in its own folder, and what their files leave open.
    public struct Towers: Sendable, Hashable {
        /// A folder in which the folders are that `config.json` names, under the path that it says or the end of it. They are
        /// also looked for below the working directory, and below the model's folder and those around it; without a folder here, at
        /// last in the caches of Hugging Face and ModelScope, as models that were downloaded by name.
        public var folder: URL?
        /// Which weights count where the checkpoint has a copy of a tower's.
        public var weights = Weights.folders
        /// The activation of the decoder; nil for the one that the version of transformers has that wrote the checkpoint.
        public var decoderActivation: DecoderActivation?

        /// Folders where `config.json` says, and their weights.
        public init() {}

        /// Which of two copies of a tower's weights counts.
        public enum Weights: String, Sendable, CaseIterable {
            /// As the library of the model loads them: for MGM the checkpoint's copy of CLIP, and ConvNeXt from its folder.
            case folders
            /// The checkpoint's copies. No folder is needed then.
            case checkpoint
        }

        /// The Gaussian error linear unit, exactly or approximated with a hyperbolic tangent, by transformers' names.
        public enum DecoderActivation: String, Sendable, CaseIterable {
            /// x Φ(x).
            case gelu
            /// The approximation with a hyperbolic tangent.
            case tanhGELU = "gelu_pytorch_tanh"
        }

        var search: CompanionSearch {
            CompanionSearch(folder: folder.map { FilePath($0) }, prefersCopies: weights == .checkpoint)
        }
    }

    /// The compute type of the linear layers. Everything else is computed in float32, but for attention among image tokens,
    /// which is bfloat16 where the layers before it are not float32.
    public enum Precision: String, Sendable, CaseIterable, Codable {
        /// What a packed model was packed for; otherwise bfloat16 where the processor has instructions for it, else
        /// float32.
        case automatic = "auto"
        /// What transformers computes, token for token.
        case float32 = "f32"
        /// Weights and inputs rounded to bfloat16, half the memory.
        case bfloat16 = "bf16"
        /// Weights and inputs rounded to 8 bits, a quarter of the memory.
        case int8
    }

    /// A precision for some layers.
    public struct LayerPrecision: Sendable, Hashable, Codable {
        /// Dotted parts of the layers' names that follow each other, such as `qformer`, `decoder.layers.0` or `lm_head`.
        public var part: String
        /// Never ``Precision/automatic``.
        public var precision: Precision

        /// - Parameters: as the properties of the same names.
        public init(part: String, precision: Precision) {
            self.part = part
            self.precision = precision
        }
    }

}

extension Captioner.Options {
    /// What the options mean for a checkpoint that is not packed.
    func plan(for kernels: MatrixKernelSet) -> PrecisionPlan {
        PrecisionPlan(
            precision.resolved(for: kernels),
            exceptions: layerPrecisions.map {
                PrecisionPlan.Exception(part: $0.part, precision: $0.precision.resolved(for: kernels))
            })
    }
}

extension Captioner.Precision {
    fileprivate func resolved(for kernels: MatrixKernelSet) -> CaptionerTensorCore.Precision {
        switch self {
        case .automatic: kernels.hasBFloat16 ? .bfloat16 : .float32
        case .float32: .float32
        case .bfloat16: .bfloat16
        case .int8: .int8
        }
    }

    init(_ precision: CaptionerTensorCore.Precision) {
        switch precision {
        case .float32: self = .float32
        case .bfloat16: self = .bfloat16
        case .int8: self = .int8
        }
    }
}
