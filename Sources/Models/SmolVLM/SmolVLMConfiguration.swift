/// The sizes of a SmolVLM or Idefics3 checkpoint, from its `config.json`; defaults as transformers' `Idefics3Config`.
struct SmolVLMConfiguration: Sendable {
    let vision: SigLIPSizes
    let text: LLaMAConfiguration
    /// Patches along each side of the square that becomes one position of the decoder.
    let scaleFactor: Int
    /// The token that stands for a position of an image.
    let imageTokenID: Int
    let beginTokenID: Int
    /// The tokens that end a text.
    let endTokenIDs: [Int]
    /// The architecture that the file names, or its `model_type`.
    let architecture: String

    /// - Throws: `ModelError` for a value that makes no sense or is not supported.
    init(_ reader: ConfigurationReader) throws(ModelError) {
        let kind = try ModelKind(reader)
        architecture = kind.architectures.first ?? kind.modelType ?? ""
        vision = try SigLIPSizes(
            reader.object("vision_config"),
            default: (width: 1152, inner: 3072, layers: 12, heads: 16, imageSize: 224, patchSize: 32))
        let textReader = try reader.object("text_config")
        text = try LLaMAConfiguration(
            textReader, tiesWordEmbeddings: reader.flag("tie_word_embeddings", default: true))
        scaleFactor = try reader.size("scale_factor", default: 2, atMost: 64)
        guard vision.gridSize % scaleFactor == 0 else {
            throw .invalid(
                reader.name("scale_factor"), found: "\(scaleFactor)",
                expected: "a divisor of the \(vision.gridSize) patches along a side")
        }
        let vocabularySize = text.sizes.vocabularySize
        imageTokenID = try reader.integer("image_token_id") ?? 128257
        beginTokenID = try textReader.integer("bos_token_id") ?? 1
        // What ends an answer is in generation_config.json alone: the text model's own end token is another.
        let own = try textReader.integers("eos_token_id", default: [2])
        endTokenIDs = try reader.generation?.integers("eos_token_id", default: own) ?? own
        let source = reader.generation?.contains("eos_token_id") == true ? reader.generation : textReader
        let ends = (source ?? textReader).name("eos_token_id")
        for (name, ids) in [
            (reader.name("image_token_id"), [imageTokenID]), (textReader.name("bos_token_id"), [beginTokenID]),
            (ends, endTokenIDs),
        ] {
            guard !ids.isEmpty, ids.allSatisfy({ (0..<vocabularySize).contains($0) }) else {
                throw .invalid(name, found: "\(ids)", expected: "token ids below \(vocabularySize)")
            }
        }
    }

    /// Positions that a tile takes in the decoder.
    var positionsPerTile: Int { (vision.gridSize / scaleFactor) * (vision.gridSize / scaleFactor) }
}
