package import CaptionerCheckpoints
package import CaptionerTensorCore

/// MGM (Mini-Gemini) for answers and captions: a CLIP vision transformer and a ConvNeXt, patch info mining between them, a
/// projector and a Gemma decoder.
///
/// Reproduces `MGMGemmaForCausalLM` of dvlab-research/MGM in float32 with its towers in evaluation mode (Li et al.,
/// Mini-Gemini, arXiv 2403.18814). MGM itself leaves ConvNeXt's drop path active.
package struct MGMModel: CaptioningModel {
    private let configuration: MGMConfiguration
    private let towers: MGMTowers
    private let mining: PatchInfoMining
    private let projector: [Linear]
    private let gemma: RotaryDecoder

    package static let supported =
        "MGM (Mini-Gemini) with a Gemma decoder is supported, such as YanweiLi/MGM-2B (model_type mgm_gemma)"

    package static func claim(_ kind: ModelKind) -> ModelClaim {
        switch kind.modelType {
        case "mgm_gemma", "mini_gemini_gemma": .mine
        case let type? where type.hasPrefix("mgm") || type.hasPrefix("mini_gemini"):
            .refused("MGM (Mini-Gemini) with another decoder (\(kind.types))")
        default: .notMine
        }
    }

    package static func companions(_ configuration: ConfigurationReader) throws(ModelError) -> [Companion] {
        try MGMTowers.companions(configuration)
    }

    package init(_ reader: ConfigurationReader, weights root: WeightScope) throws {
        let configuration = try MGMConfiguration(reader)
        self.configuration = configuration
        let joined = MGMTowers.joined(root)
        let weights = root.renamed { MGMTowers.storedName($0, joined: joined) }
        towers = try MGMTowers(reader, selectedLayer: configuration.selectedLayer, weights: weights)
        let (vision, auxiliary) = (towers.vision.sizes, towers.auxiliary.sizes)
        let channels = auxiliary.widths.reduce(0, +)
        guard vision.tower.width == configuration.visionWidth else {
            throw ModelError.invalid(
                "mm_hidden_size", found: "\(configuration.visionWidth)",
                expected: "\(vision.tower.width), the width of the vision tower")
        }
        guard channels == configuration.auxiliaryWidth else {
            throw ModelError.invalid(
                "mm_hidden_size_aux", found: "\(configuration.auxiliaryWidth)",
                expected: "\(channels), the channels of all stages of the convolutional tower")
        }
        let (size, multiple) = (configuration.imageSize, ConvNeXtSizes.stemPatchSize << (auxiliary.depths.count - 1))
        guard size % multiple == 0, size / ConvNeXtSizes.stemPatchSize % vision.gridSize == 0 else {
            throw ModelError.invalid(
                "image_size_aux", found: "\(size)",
                expected:
                    "a multiple of \(multiple), and of \(ConvNeXtSizes.stemPatchSize) times the \(vision.gridSize) "
                    + "patches along a side of the vision tower")
        }
        let model = weights["model"]
        mining = try PatchInfoMining(width: vision.tower.width, channels: channels, weights: model)
        let (depth, width) = (configuration.projectorDepth, configuration.text.width)
        projector = try (0..<depth).map { index in
            let scope = model["mm_projector"]
            // A module of layers and activations numbers both.
            return try Linear(
                depth == 1 ? scope : scope["\(2 * index)"], from: index == 0 ? vision.tower.width : width, to: width)
        }
        gemma = try RotaryDecoder(configuration.text.sizes, weights: model, head: weights["lm_head"])
    }

    package var imageSize: Int { configuration.imageSize }
    package var imagePreparation: ImagePreparation { configuration.padsImages ? .square : .cropOfOwnSize }
    package var pixelsName: String { "aux_image" }

    package var floatsPerImage: Int {
        let tokens = prompt.imagePositions
        return 3 * imageSize * imageSize + towers.vision.floatsPerImage
            + towers.auxiliary.floatsPerImage(imageSize: imageSize)
            + tokens * (mining.floatsPerToken + projector.map(\.outputWidth).reduce(0, +))
    }

    package var decoder: any CausalDecoder { gemma }

    package var prompt: PromptFormat {
        PromptFormat(
            beginTokenID: configuration.text.beginTokenID, endTokenIDs: configuration.text.endTokenIDs,
            imageRows: towers.vision.sizes.tokenCount - 1, conversation: .gemma,
            positionLimit: configuration.promptLimit)
    }

    package func imageEmbeddings(
        _ pixels: borrowing Tensor, stages: StageLog, in context: ComputeContext
    ) throws -> Tensor {
        let small = stages.measure("vision", tracing: "low_image") {
            bilinearPlanes(pixels, size: towers.vision.sizes.imageSize, in: context)
        }  // [B, 3, S, S]
        let tokens = try stages.measure("vision", tracing: "clip_features") {
            withoutClassToken(try towers.vision.hiddenState(small, in: context), in: context)
        }  // [B, G * G, D]
        let map = try stages.measure("convnext") { JoinedMap(try towers.auxiliary(pixels, in: context)) }
        if stages.isTraced {
            _ = stages.measure("convnext", tracing: "convnext_features") { map.tensor(in: context) }
        }
        let mined = stages.measure("mining", tracing: "mined") {
            mining(tokens, over: map, gridSize: towers.vision.sizes.gridSize, in: context)
        }  // [B, G * G, D]
        return stages.measure("mining", tracing: "image_tokens") {
            accumulate(mined.pointer, into: tokens.pointer, count: tokens.count)
            let first = projector[0](tokens, activation: projector.count > 1 ? .gelu : .identity, in: context)
            guard projector.count > 1 else { return first }
            return project(first, from: 1, in: context)
        }  // [B, G * G, D']
    }

    private func project(_ x: borrowing Tensor, from index: Int, in context: ComputeContext) -> Tensor {
        let isLast = index == projector.count - 1
        let next = projector[index](x, activation: isLast ? .identity : .gelu, in: context)
        return isLast ? next : project(next, from: index + 1, in: context)
    }

    package var architecture: String { "MGMGemmaForCausalLM" }

    package var facts: [ModelFact] {
        let (vision, auxiliary, text) = (towers.vision.sizes, towers.auxiliary.sizes, configuration.text)
        return [
            ModelFact("vision", [vision.tower.description, vision.description], vision.values),
            ModelFact(
                "convnext",
                [
                    "\(auxiliary.depths.map(String.init).joined(separator: ", ")) blocks of "
                        + "\(auxiliary.widths.map(String.init).joined(separator: ", ")) channels",
                    "\(imageSize) x \(imageSize) pixels, \(configuration.padsImages ? "padded to a square" : "cropped")",
                ],
                [
                    "depths": .integers(auxiliary.depths), "hidden_sizes": .integers(auxiliary.widths),
                    "image_size": .integer(imageSize), "pads_images": .flag(configuration.padsImages),
                ]),
            text.fact,
        ]
    }
}
