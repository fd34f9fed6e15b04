import CaptionerCheckpoints
import CaptionerFiles
public import CaptionerImageProcessing
import CaptionerModels
import CaptionerTensorCore
public import Foundation
package import SystemPackage

extension Captioner {
    /// How a captioner uses the machine, in which precision it computes, and how it reads images.
    ///
    /// ```swift
    /// var options = Captioner.Options(threadCount: 4, batchSize: 16, precision: .int8)
    /// options.layerPrecisions = [.init(part: "lm_head", precision: .bfloat16)]
    /// let captioner = try await Captioner(modelFolder: folder, options: options)
    /// ```
    public struct Options: Sendable, Hashable {
        /// The number of threads that compute. Default: ``defaultThreadCount``.
        public var threadCount: Int
        /// The maximum number of images that go through the model together. Default: 8. A larger batch reads the weights
        /// less often, and takes more memory: for BLIP-2 opt-2.7b some 40 MB an image, and 0.66 MB for each token of each
        /// of its beams or samples. ``Captioner/estimatedMemory(batchSize:options:)`` computes it.
        public var batchSize: Int
        /// The compute type of the linear layers. Default: ``Precision/automatic``.
        public var precision: Captioner.Precision
        /// Layers that get another precision. Where several entries name a layer, the last counts.
        public var layerPrecisions: [Captioner.LayerPrecision]
        /// The kernels, by a name of ``Captioner/availableKernels``. Nil for those that the environment variable
        /// `CAPTIONER_KERNELS` names, or without it the fastest.
        public var kernels: String?
        /// Whether images are rotated as their EXIF orientation says. Default: they are.
        public var orientation: ImageOrientation
        /// What is made of transparent images: dropped alpha, or the image on white. Nil for what the model's library does:
        /// SmolVLM puts them on white, all others drop alpha, as their checkpoints were trained. From version 5 on transformers
        /// puts them on white for all models. Of PNG, GIF and WebP.
        public var transparency: Transparency?
        /// For a model that can see an image in tiles, such as SmolVLM: whether it does. Tiles show small things and text,
        /// and take ten times as long. Nil for what the model's files say.
        public var splitsImages: Bool?
        /// For a model that is spread over several folders, such as MGM: where its towers are.
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

        /// What is made of transparent images.
        public enum Transparency: String, Sendable, CaseIterable {
            /// A transparent pixel has the colour that is stored for it.
            case drop
            /// The image is put on white.
            case white

            var rule: TransparencyRule { self == .drop ? .drop : .white }
        }

        /// One thread for each processor that the process may use. Its CPU affinity (`taskset`) counts, and the CPU quota of
        /// its control groups (the limit of a container), rounded up.
        public static var defaultThreadCount: Int { min(ProcessorCount.available, threadCounts.upperBound) }

        /// The range of ``threadCount``.
        public static let threadCounts = 1...1024
        /// The range of ``batchSize``.
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
    /// Where the parts of a model are that are not in its own folder, and how ambiguities of its files are resolved.
    public struct Towers: Sendable, Hashable {
        /// The folder below which the folders that `config.json` names are looked for first, by their whole path or its end.
        ///
        /// Next they are looked for below the working directory, and below the model's folder and the folders around it. If
        /// this is nil, they are looked for last by name in the caches of Hugging Face and ModelScope.
        public var folder: URL?
        /// Which weights are loaded where the checkpoint has a copy of a tower's.
        public var weights = Weights.folders
        /// The activation of the decoder. Nil for that of the version of transformers that wrote the checkpoint.
        public var decoderActivation: DecoderActivation?

        /// Towers are looked for by the paths in `config.json`, and loaded as the model's library loads them.
        public init() {}

        /// Which of two copies of a tower's weights is loaded.
        public enum Weights: String, Sendable, CaseIterable {
            /// The copy that the model's library loads: for MGM the checkpoint's copy of CLIP, and ConvNeXt from its
            /// folder.
            case folders
            /// The checkpoint's copies. The towers' folders are not needed then.
            case checkpoint
        }

        /// The Gaussian error linear unit (GELU), exact or approximated with a hyperbolic tangent. Raw values are
        /// transformers' names.
        public enum DecoderActivation: String, Sendable, CaseIterable {
            /// The exact GELU, x Φ(x).
            case gelu
            /// The approximation with a hyperbolic tangent.
            case tanhGELU = "gelu_pytorch_tanh"
        }

        var search: CompanionSearch {
            CompanionSearch(folder: folder.map { FilePath($0) }, prefersCopies: weights == .checkpoint)
        }
    }

    /// The compute type of the linear layers. Everything else is computed in float32, except attention among image tokens:
    /// it is computed in bfloat16 where the layers before it are not float32.
    public enum Precision: String, Sendable, CaseIterable, Codable {
        /// The precision of a packed model. For any other model bfloat16 where the processor has instructions for it, else
        /// float32.
        case automatic = "auto"
        /// Float32. Captions equal transformers', token for token.
        case float32 = "f32"
        /// Weights and inputs rounded to bfloat16. The weights take half the memory of float32.
        case bfloat16 = "bf16"
        /// Weights and inputs quantized to 8 bits. The weights take about a quarter of the memory of float32.
        case int8
    }

    /// A precision for the layers whose names have a part in common.
    public struct LayerPrecision: Sendable, Hashable, Codable {
        /// One or more consecutive dotted parts of the layers' names, such as `qformer`, `decoder.layers.0` or `lm_head`.
        public var part: String
        /// The precision of these layers; never ``Precision/automatic``.
        public var precision: Precision

        /// - Parameters: as the properties of the same names.
        public init(part: String, precision: Precision) {
            self.part = part
            self.precision = precision
        }
    }

}

extension Captioner.Options {
    /// The precision that a checkpoint runs in with these options: its own if it is packed.
    /// - Throws: `CaptionerError.unusableModel` for a packed file that cannot be read, `.invalidOption` for kernels.
    package func precision(of folder: FilePath) throws(CaptionerError) -> Captioner.Precision {
        do {
            if folder.appending(Packing.fileName).exists, let packing = try Checkpoint(folder: folder).packing {
                return Captioner.Precision(packing.plan.precision)
            }
        } catch {
            throw .unusableModel(folder: folder.escaped, cause: "\(error)")
        }
        return Captioner.Precision(precision.resolved(for: try chosenKernels()))
    }

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
