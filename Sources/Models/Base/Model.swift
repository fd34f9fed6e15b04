package import CaptionerCheckpoints
package import CaptionerTensorCore

/// A model that a checkpoint folder holds. A family is a conforming type, and a line in `ModelRegistry`.
package protocol Model: Sendable {
    /// The end of "this is another model, and only ...": what of the family is supported, and examples.
    static var supported: String { get }

    /// Whether a folder is of this family.
    static func claim(_ kind: ModelKind) -> ModelClaim

    /// Other folders that are needed beside the checkpoint.
    /// - Throws: `ModelError` for a configuration that does not say where they are.
    static func companions(_ configuration: ConfigurationReader) throws(ModelError) -> [Companion]

    /// Whether something of it is in `generation_config.json` alone.
    static var readsGenerationConfiguration: Bool { get }

    /// Binds the weights of a checkpoint. Problems with tensors are gathered in the scope's ledger rather than thrown one by
    /// one; the caller validates the scope afterwards.
    /// - Throws: `ModelError` for the configuration, `TensorError.outOfMemory`.
    init(_ configuration: ConfigurationReader, weights: WeightScope) throws

    /// Pixels along each side of the square images that it takes.
    var imageSize: Int { get }

    /// How an image of another shape is brought to that size, unless the files beside the weights say otherwise.
    var imagePreparation: ImagePreparation { get }

    /// What traces call the images that it is given.
    var pixelsName: String { get }

    /// What `inspect` calls the model: the class of the library that it was made with.
    var architecture: String { get }

    /// What `inspect` says of its parts.
    var facts: [ModelFact] { get }
}

extension Model {
    package var pixelsName: String { "pixel_values" }
    package static var readsGenerationConfiguration: Bool { false }

    package static func companions(_ configuration: ConfigurationReader) throws(ModelError) -> [Companion] { [] }
}

/// How an image becomes a square.
package enum ImagePreparation: Sendable {
    /// It is scaled to the square, its aspect ratio not kept.
    case stretch
    /// Its shorter side is scaled to the square's, and the middle is cut out.
    case crop
    /// The same, whatever size the files beside the weights say, which is that of a part of the model.
    case cropOfOwnSize
    /// It is put into the middle of a square of the mean colour that the files beside the weights say, and that is scaled,
    /// whatever size these files say.
    case square
    /// It is cut into square tiles, which the model is given with the whole image, or scaled to one square, as the files beside
    /// the weights say.
    case tiles
}

/// Whether a folder is of a family.
package enum ModelClaim: Equatable {
    case mine
    case notMine
    /// Close to the family, but nothing that it supports: what to call it.
    case refused(String)
}

/// A model that writes texts about images: image embeddings are inserted among the token embeddings of a causal decoder.
package protocol CaptioningModel: Model {
    var decoder: any CausalDecoder { get }
    var prompt: PromptFormat { get }

    /// Floats of memory that an image takes while it is embedded, besides what each thread has.
    var floatsPerImage: Int { get }

    /// The embeddings of images, in the decoder's width.
    /// - Parameters:
    ///   - pixels: `[B, 3, S, S]`.
    ///   - stages: is given each stage by the model's own name for it.
    /// - Returns: `[B, Q, D]`.
    /// - Throws: `CancellationError` when the task was cancelled.
    func imageEmbeddings(
        _ pixels: borrowing Tensor, stages: StageLog, in context: ComputeContext
    ) throws -> Tensor
}

/// A captioning model whose prompts are questions that an encoder reads (`PromptFormat.Reading.question`).
package protocol QuestionModel: CaptioningModel {
    /// What an empty prompt asks.
    var captionQuestion: String { get }

    /// What the decoder attends over for some questions.
    /// - Parameters:
    ///   - images: their embeddings, `[B, T, E]`.
    ///   - questions: which of the images each is about, and the ids of its tokens, at least one.
    /// - Returns: `[R, D]`, the rows of the questions one after the other, as many as each has tokens.
    /// - Throws: `CancellationError` when the task was cancelled.
    func encoded(
        _ questions: [(image: Int, tokens: [Int])], images: borrowing Tensor, in context: ComputeContext
    ) throws -> Tensor
}

/// A model that embeds images and texts in one space, where the cosine of the angle between two embeddings says how well
/// image and text fit.
package protocol EmbeddingModel: Model {
    /// P, the length of an embedding.
    var embeddingWidth: Int { get }
    /// What cosines are multiplied by to be logits.
    var logitScale: Float { get }
    /// The most tokens of a text, begin and end tokens included.
    var contextLength: Int { get }
    /// How many tokens the text tower knows: ids are below that.
    var vocabularySize: Int { get }

    /// - Parameters:
    ///   - pixels: `[B, 3, S, S]`.
    ///   - stages: is given each stage by the model's own name for it.
    /// - Returns: `[B, P]`, not normalised.
    /// - Throws: `CancellationError` when the task was cancelled.
    func imageEmbeddings(
        _ pixels: borrowing Tensor, stages: StageLog, in context: ComputeContext
    ) throws -> Tensor

    /// - Parameter texts: N times the ids of a text's tokens, begin and end tokens included: at least one, at most
    ///   `contextLength`.
    /// - Returns: `[N, P]`, not normalised.
    /// - Throws: `CancellationError` when the task was cancelled.
    func textEmbeddings(_ texts: [[Int]], in context: ComputeContext) throws -> Tensor
}

/// An embedding model that also looks at a text together with an image, to say whether they match.
package protocol MatchingModel: EmbeddingModel {
    /// E, the width of an image's rows.
    var imageRowWidth: Int { get }

    /// The rows of images that texts are looked at with.
    /// - Parameters: as of `imageEmbeddings`.
    /// - Returns: `[B, T, E]`.
    /// - Throws: `CancellationError` when the task was cancelled.
    func imageRows(
        _ pixels: borrowing Tensor, stages: StageLog, in context: ComputeContext
    ) throws -> Tensor

    /// Whether texts match an image.
    /// - Parameters:
    ///   - rows: of one image, `[T, E]`.
    ///   - texts: as of `textEmbeddings`.
    /// - Returns: `[N, 2]`: the logits of no match and of a match.
    /// - Throws: `CancellationError` when the task was cancelled.
    func matchLogits(
        image rows: borrowing Tensor, texts: [[Int]], in context: ComputeContext
    ) throws -> Tensor
}
