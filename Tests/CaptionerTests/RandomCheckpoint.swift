import CaptionerCheckpoints
import CaptionerModels
import Foundation
import TestSupport

/// A checkpoint of some five million random parameters with widths that no vector divides, made anew for each test.
///
/// Which tensors it takes is what the model says is missing from a folder without any.
final class RandomCheckpoint {
    private let folder: TemporaryFolder
    var url: URL { folder.url }

    /// - Parameter tied: whether the head is the embedding table.
    init(tied: Bool = true) throws {
        folder = try TemporaryFolder()
        try folder.write(
            tied
                ? Self.configuration
                : Self.configuration.replacing(
                    "\"eos_token_id\"", with: "\"tie_word_embeddings\": false, \"eos_token_id\""),
            as: "config.json")
        for name in ["tokenizer.json", "tokenizer_config.json"] {
            try folder.copy(Fixtures.model("new-f32").appendingPathComponent(name), as: name)
        }
        let file = folder.url.appendingPathComponent("model.safetensors")
        try SafetensorsWriter.write([], to: file)
        let empty = try ModelFolder<any CaptioningModel>(folder.url)
        let weights = empty.checkpoint.weights(reading: false)
        _ = try empty.build(weights)
        var random = SplitMix64(seed: 3)
        let tensors = weights.report().missing.map { tensor in
            (
                tensor.name,
                SafetensorsWriter.Tensor.float32(
                    shape: tensor.expected, values: Self.values(tensor.name, tensor.expected, &random))
            )
        }
        try SafetensorsWriter.write(tensors, to: file)
    }

    /// Gains around 1, biases around 0, and matrices that keep the size of what they multiply.
    private static func values(_ name: String, _ shape: [Int], _ random: inout SplitMix64) -> [Float] {
        let count = shape.reduce(1, *)
        let isGain = shape.count == 1 && name.hasSuffix("weight")
        let width = shape.count == 1 ? 0.1 : (3 / Float(count / max(shape[0], 1))).squareRoot()
        return (0..<count).map { _ in
            (isGain ? 1 : 0) + width * (Float(random.next() >> 40) / Float(1 << 23) - 1)
        }
    }

    private static let configuration = """
        {"model_type": "blip-2", "num_query_tokens": 9,
         "vision_config": {"model_type": "blip_2_vision_model", "hidden_size": 330, "intermediate_size": 1130,
           "num_attention_heads": 6, "num_hidden_layers": 2, "image_size": 112, "patch_size": 14},
         "qformer_config": {"model_type": "blip_2_qformer", "hidden_size": 190, "intermediate_size": 530,
           "num_attention_heads": 5, "num_hidden_layers": 2, "encoder_hidden_size": 330, "cross_attention_frequency": 2},
         "text_config": {"model_type": "opt", "hidden_size": 390, "ffn_dim": 1290, "num_attention_heads": 5,
           "num_hidden_layers": 2, "max_position_embeddings": 128, "vocab_size": 307, "word_embed_proj_dim": 390,
           "eos_token_id": 6}}
        """
}
