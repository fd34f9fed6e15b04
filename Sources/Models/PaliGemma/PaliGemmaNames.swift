import CaptionerCheckpoints

/// What a checkpoint calls the tensors of PaliGemma. Published files have the names that the model uses; later versions of
/// transformers save others.
struct PaliGemmaNames: Sendable {
    private let vision: String
    private let projector: String
    private let text: String

    /// - Parameter weights: the root scope.
    init(_ weights: WeightScope) {
        func first(_ prefixes: [String], with name: String) -> String {
            prefixes.first { weights.contains($0 + name) } ?? prefixes[0]
        }
        vision = first(
            [Self.vision, "model." + Self.vision, "vision_tower.", "model.vision_tower."],
            with: "embeddings.patch_embedding.bias")
        projector = first([Self.projector, "model." + Self.projector], with: "linear.bias")
        text = first(
            [Self.text, "model.language_model.model.", "model.language_model.", "language_model."], with: "norm.weight")
    }

    private static let vision = "vision_tower.vision_model."
    private static let projector = "multi_modal_projector."
    private static let text = "language_model.model."

    /// - Parameter name: the model's own.
    @Sendable func stored(_ name: String) -> StoredName {
        for (own, prefix) in [(Self.vision, vision), (Self.projector, projector), (Self.text, text)] {
            if let rest = name.removing(own) { return StoredName(prefix + rest) }
        }
        if let rest = name.removing("language_model.lm_head.") {
            return StoredName(text.hasPrefix("model.") ? "lm_head." + rest : name)
        }
        return StoredName(name)
    }
}
