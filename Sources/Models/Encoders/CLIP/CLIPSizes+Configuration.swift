package import CaptionerCheckpoints
import CaptionerTensorCore

/// `vision_config` and `text_config` of Hugging Face; defaults as transformers' `CLIPVisionConfig` and `CLIPTextConfig`.
extension CLIPTowerSizes {
    /// - Throws: `ModelError` for a value that makes no sense or is not supported.
    package init(
        _ reader: ConfigurationReader, width: Int, feedForwardWidth: Int, headCount: Int
    ) throws(ModelError) {
        let width = try reader.size("hidden_size", default: width)
        let name = try reader.text("hidden_act") ?? "quick_gelu"
        guard ["gelu", "quick_gelu"].contains(name) else {
            throw .unsupported(reader.name("hidden_act"), found: name, supported: "gelu or quick_gelu")
        }
        self.init(
            width: width, feedForwardWidth: try reader.size("intermediate_size", default: feedForwardWidth),
            layerCount: try reader.size("num_hidden_layers", default: 12, atMost: 1024),
            headCount: try reader.heads("num_attention_heads", default: headCount, width: width),
            activation: name == "gelu" ? .gelu : .quickGELU,
            layerNormEpsilon: try reader.epsilon("layer_norm_eps", default: 1e-5))
    }

    /// What it is, for people.
    package var description: String {
        "\(layerCount) layers of width \(width), \(headCount) heads, feed-forward \(feedForwardWidth), "
            + "\(activationName), layer norm epsilon \(layerNormEpsilon)"
    }

    /// The same for programs.
    package var values: [String: ModelFact.Value] {
        [
            "num_hidden_layers": .integer(layerCount), "hidden_size": .integer(width),
            "num_attention_heads": .integer(headCount), "intermediate_size": .integer(feedForwardWidth),
            "hidden_act": .text(activationName), "layer_norm_eps": .number(layerNormEpsilon),
        ]
    }

    private var activationName: String {
        switch activation {
        case .gelu: "gelu"
        case .tanhGELU: "gelu_pytorch_tanh"
        default: "quick_gelu"
        }
    }
}

extension CLIPVisionSizes {
    /// - Throws: `ModelError` for a value that makes no sense or is not supported.
    package init(_ reader: ConfigurationReader) throws(ModelError) {
        try reader.require("num_channels", 3)
        let imageSize = try reader.size("image_size", default: 224, atMost: 8192)
        self.init(
            tower: try CLIPTowerSizes(reader, width: 768, feedForwardWidth: 3072, headCount: 12), imageSize: imageSize,
            patchSize: try reader.size("patch_size", default: 32, atMost: imageSize))
    }

    /// What it is, for people.
    package var description: String {
        "\(imageSize) x \(imageSize) pixels in patches of \(patchSize), \(tokenCount) tokens"
    }

    /// The same for programs, and what the tower is.
    package var values: [String: ModelFact.Value] {
        tower.values.merging([
            "image_size": .integer(imageSize), "patch_size": .integer(patchSize), "num_tokens": .integer(tokenCount),
        ]) { $1 }
    }

    /// The sizes that the weights have, where no configuration says them; heads are 64 wide, and the rest is as OpenAI's
    /// models have it.
    /// - Parameter weights: the scope that holds `embeddings`.
    package init(of weights: WeightScope) {
        let embeddings = weights["embeddings"]
        let width = embeddings.shape(of: "class_embedding")?.first ?? 1024
        let positions = embeddings["position_embedding"].shape(of: "weight")?.first ?? 577
        // A packed checkpoint holds the patch embedding in panels.
        let patchSize = embeddings["patch_embedding"].shape(of: "weight").flatMap { $0.count == 4 ? $0[3] : nil } ?? 14
        let layers = weights["encoder"]
        let tower = CLIPTowerSizes(
            width: width,
            feedForwardWidth: layers["layers", 0]["mlp"]["fc1"].shape(of: "bias")?.first ?? 4 * width,
            layerCount: max((0..<1024).first { !layers["layers", $0]["layer_norm1"].contains("weight") } ?? 1024, 1),
            headCount: max(width / 64, 1), activation: .quickGELU, layerNormEpsilon: 1e-5)
        let grid = Int(Double(max(positions - 1, 1)).squareRoot())
        self.init(tower: tower, imageSize: grid * patchSize, patchSize: patchSize)
    }
}
