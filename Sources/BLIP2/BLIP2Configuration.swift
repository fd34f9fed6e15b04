/// The sizes and switches of a BLIP-2 checkpoint, from its `config.json`.
///
/// What a file leaves out has the default of transformers' `Blip2Config`, because checkpoints store only what differs
/// from it.
public struct BLIP2Configuration: Sendable {
    public var vision: VisionConfiguration
    public var qFormer: QFormerConfiguration
    public var text: OPTConfiguration
    /// Q, the number of learned queries, which is how many positions an image takes in the decoder.
    public var queryTokenCount: Int

    /// `model_type` and the architectures that the file names, for telling what a folder holds.
    public var modelType: String
    public var architectures: [String]
}

extension BLIP2Configuration: Decodable {
    private enum CodingKeys: String, CodingKey {
        case vision = "vision_config"
        case qFormer = "qformer_config"
        case text = "text_config"
        case queryTokenCount = "num_query_tokens"
        case modelType = "model_type"
        case architectures
    }

    public init(from decoder: any Decoder) throws {
        try ModelKind(from: decoder).validate()
        let container = try decoder.container(keyedBy: CodingKeys.self)
        modelType = try container.decodeIfPresent(String.self, forKey: .modelType) ?? ""
        architectures = try container.decodeIfPresent([String].self, forKey: .architectures) ?? []
        vision = try container.decodeIfPresent(VisionConfiguration.self, forKey: .vision) ?? VisionConfiguration()
        qFormer = try container.decodeIfPresent(QFormerConfiguration.self, forKey: .qFormer) ?? QFormerConfiguration()
        text = try container.decodeIfPresent(OPTConfiguration.self, forKey: .text) ?? OPTConfiguration()
        queryTokenCount = try container.decodeIfPresent(Int.self, forKey: .queryTokenCount) ?? 32
        try checkSize(queryTokenCount, "num_query_tokens", atMost: 4096)
        // transformers overwrites this one, whatever the file says.
        qFormer.encoderWidth = vision.width
    }
}
