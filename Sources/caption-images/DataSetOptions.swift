import ArgumentParser
import CaptionerDataSets
import SystemPackage

/// How data sets are read and rewritten.
struct DataSetOptions: ParsableArguments {
    @Option(
        help:
            "A Data-Juicer configuration: its data set, its export path, what its image_captioning_mapper says, and the operators around it."
    )
    var config: FilePath?

    @Flag(help: "Go on without the operators of a configuration that cannot be done here.")
    var ignoreOperators = false

    @Option(help: "Write what a version of Data-Juicer would write, byte for byte, oddities included.")
    var compat: CompatibilityProfile?

    @Flag(inversion: .prefixedNo, help: "Keep each sample as it was before its new ones. (default: no)")
    var keepOriginal: Bool?

    @Option(help: "Which of several captions of an image are kept. (default: random_any)")
    var keepCandidateMode: CandidateMode?

    @Option(help: "The field that holds a sample's own prompt.")
    var promptKey: String?

    @Option(help: "The field that holds a sample's text. (default: text)")
    var textKey: String?

    @Option(help: "The field that holds the paths of a sample's images. (default: images)")
    var imagesKey: String?

    @Option(help: "What stands for an image in a text. (default: <__dj__image>)")
    var imageToken: String?

    @Option(help: "What ends a chunk of a text. (default: <|__dj__eoc|>)")
    var eocToken: String?

    @Option(help: "With --format llava: the original LLaVA data set, a JSON array, whose questions are restored.")
    var questions: FilePath?

    @Option(
        help:
            "With --format llava: take at most so many samples, drawn as the challenge's check_sample_number.py draws 200000."
    )
    var draw: Int?

    /// Names of fields and tokens.
    func fields(_ recipe: DataJuicerRecipe?) -> DataSetFields {
        var fields = recipe?.fields ?? DataSetFields()
        if let textKey { fields.text = textKey }
        if let imagesKey { fields.images = imagesKey }
        if let promptKey { fields.prompt = promptKey }
        if let imageToken { fields.imageToken = imageToken }
        if let eocToken { fields.endOfChunkToken = eocToken }
        return fields
    }

    /// Options that say something about data sets, for an input that is none.
    var namesInUse: [String] {
        [
            ("--compat", compat != nil), ("--keep-original", keepOriginal != nil),
            ("--keep-candidate-mode", keepCandidateMode != nil), ("--prompt-key", promptKey != nil),
            ("--text-key", textKey != nil), ("--images-key", imagesKey != nil), ("--image-token", imageToken != nil),
            ("--eoc-token", eocToken != nil), ("--questions", questions != nil), ("--draw", draw != nil),
            ("--ignore-operators", ignoreOperators),
        ].filter(\.1).map(\.0)
    }

    func validate() throws {
        for (name, path) in [("--config", config), ("--questions", questions)] where path?.isEmpty == true {
            throw ValidationError("\(name) is empty.")
        }
        for (name, value) in [
            ("--prompt-key", promptKey), ("--text-key", textKey), ("--images-key", imagesKey),
            ("--image-token", imageToken), ("--eoc-token", eocToken),
        ] where value == "" {
            throw ValidationError("\(name) is empty.")
        }
        if ignoreOperators, config == nil { throw ValidationError("--ignore-operators is for --config.") }
        if let draw, draw < 1 { throw ValidationError("--draw is \(draw), expected 1 or more.") }
    }
}

extension CompatibilityProfile: ExpressibleByArgument {}
extension CandidateMode: ExpressibleByArgument {}
extension OutputFormat: ExpressibleByArgument {}

extension Shard: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
