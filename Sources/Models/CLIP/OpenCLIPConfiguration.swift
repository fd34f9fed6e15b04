import CaptionerTensorCore

/// `model_cfg` of `open_clip_config.json`; defaults as open_clip's `CLIPVisionCfg` and `CLIPTextCfg`.
extension ConfigurationReader {
    /// Refuses what makes of a tower something else than CLIP's own.
    func requireOpenCLIP() throws(ModelError) {
        let (vision, text) = (try object("vision_cfg"), try object("text_cfg"))
        for key in ["timm_model_name", "ls_init_value", "act_kwargs"] where vision.contains(key) {
            throw .unsupported(vision.name(key), found: "there", supported: "a tower without it")
        }
        for key in ["hf_model_name", "hf_tokenizer_name", "ls_init_value", "act_kwargs"] where text.contains(key) {
            throw .unsupported(text.name(key), found: "there", supported: "a tower without it")
        }
        for key in ["no_ln_pre", "final_ln_after_pool", "qk_norm", "scaled_cosine_attn", "scale_heads"] {
            try vision.require(key, false)
        }
        if vision.contains("attentional_pool") { try vision.require("attentional_pool", false) }
        try vision.require("pool_type", "tok")
        try vision.require("pos_embed_type", "learnable")
        for key in ["no_causal_mask", "embed_cls", "proj_bias", "qk_norm"] { try text.require(key, false) }
        try text.require("pool_type", "argmax")
        try text.require("proj_type", "linear")
    }

    /// The sizes of both towers.
    func openCLIPSizes(_ activation: Activation) throws(ModelError) -> (vision: CLIPVisionSizes, text: CLIPTextSizes) {
        let (vision, text) = (try object("vision_cfg"), try object("text_cfg"))
        let headWidth = try vision.size("head_width", default: 64)
        let imageSize = try vision.openCLIPImageSize()
        let visionTower = try vision.openCLIPTower(width: 768, activation) { reader, width throws(ModelError) in
            guard width % headWidth == 0 else {
                throw .invalid(
                    reader.name("head_width"), found: "\(headWidth)", expected: "a divisor of width \(width)")
            }
            return width / headWidth
        }
        let textTower = try text.openCLIPTower(width: 512, activation) { reader, width throws(ModelError) in
            try reader.heads("heads", default: 8, width: width)
        }
        return (
            CLIPVisionSizes(
                tower: visionTower, imageSize: imageSize,
                patchSize: try vision.size("patch_size", default: 16, atMost: imageSize)),
            CLIPTextSizes(
                tower: textTower, vocabularySize: try text.size("vocab_size", default: 49408, atMost: 1 << 24),
                contextLength: try text.size("context_length", default: 77), endTokenID: nil)
        )
    }

    private func openCLIPTower(
        width: Int, _ activation: Activation,
        headCount: (ConfigurationReader, Int) throws(ModelError) -> Int
    ) throws(ModelError) -> CLIPTowerSizes {
        let width = try size("width", default: width)
        let ratio = try number("mlp_ratio") ?? 4
        guard (0.001...1024).contains(ratio), Int(Double(width) * ratio) > 0 else {
            throw .invalid(name("mlp_ratio"), found: "\(ratio)", expected: "a positive number")
        }
        return CLIPTowerSizes(
            width: width, feedForwardWidth: Int(Double(width) * ratio),
            layerCount: try size("layers", default: 12, atMost: 1024), headCount: try headCount(self, width),
            activation: activation, layerNormEpsilon: try object("norm_kwargs").epsilon("eps", default: 1e-5))
    }

    /// One number, or a list of the same number twice.
    private func openCLIPImageSize() throws(ModelError) -> Int {
        let sizes = try integers("image_size", default: [224])
        guard let size = sizes.first, sizes.count <= 2, sizes.allSatisfy({ $0 == size }), (1...8192).contains(size)
        else {
            throw .unsupported(name("image_size"), found: "\(sizes)", supported: "one size for both sides, up to 8192,")
        }
        return size
    }
}
