import CaptionerCheckpoints

/// What open_clip calls the tensors of CLIP, and how it holds them.
enum OpenCLIPNames {
    /// - Parameters:
    ///   - name: as in transformers.
    ///   - textPrefix: the prefix of the names of the text tower: "text." in models with `custom_text`.
    static func name(_ name: String, textPrefix: String) -> StoredName {
        switch name {
        case "visual_projection.weight": return StoredName("visual.proj", isTransposed: true)
        case "text_projection.weight": return StoredName(textPrefix + "text_projection", isTransposed: true)
        default: break
        }
        if let rest = name.removing("vision_model.") {
            return tower(
                rest, prefix: "visual.",
                [
                    ("embeddings.patch_embedding.", "conv1."), ("embeddings.class_embedding", "class_embedding"),
                    ("embeddings.position_embedding.weight", "positional_embedding"), ("pre_layrnorm.", "ln_pre."),
                    ("post_layernorm.", "ln_post."),
                ])
        }
        if let rest = name.removing("text_model.") {
            return tower(
                rest, prefix: textPrefix,
                [
                    ("embeddings.token_embedding.", "token_embedding."),
                    ("embeddings.position_embedding.weight", "positional_embedding"),
                    ("final_layer_norm.", "ln_final."),
                ])
        }
        return StoredName(name)
    }

    private static func tower(_ name: String, prefix: String, _ others: [(String, String)]) -> StoredName {
        for (ours, theirs) in others {
            if let rest = name.removing(ours) { return StoredName(prefix + theirs + rest) }
        }
        guard let rest = name.removing("encoder.layers."), let dot = rest.firstIndex(of: ".") else {
            return StoredName(prefix + name)
        }
        let layer = prefix + "transformer.resblocks." + rest[..<dot] + "."
        let part = String(rest[rest.index(after: dot)...])
        // Queries, keys and values are the rows of one matrix, in this order.
        for (index, letter) in ["q", "k", "v"].enumerated() {
            if let kind = part.removing("self_attn.\(letter)_proj.") {
                return StoredName(layer + "attn.in_proj_" + kind, part: StoredName.Part(index, of: 3))
            }
        }
        let renamed = [
            ("self_attn.out_proj.", "attn.out_proj."), ("layer_norm1.", "ln_1."), ("layer_norm2.", "ln_2."),
            ("mlp.fc1.", "mlp.c_fc."), ("mlp.fc2.", "mlp.c_proj."),
        ]
        for (ours, theirs) in renamed {
            if let kind = part.removing(ours) { return StoredName(layer + theirs + kind) }
        }
        return StoredName(layer + part)
    }
}
