import ArgumentParser
import CaptionerDataSets
import SystemPackage

/// How data sets are read and rewritten.
struct DataSetOptions: ParsableArguments {
    @Option(
        help:
            "A Data-Juicer configuration, from which the data set, the export path, the parameters of image_captioning_mapper and the other operators are taken."
    )
    var config: FilePath?

    @Flag(help: "Run without the operators of the configuration that are not supported.")
    var ignoreOperators = false

    @Option(help: "Write what this version of Data-Juicer writes, byte for byte, its bugs included.")
    var compat: CompatibilityProfile?

    @Flag(inversion: .prefixedNo, help: "Write each original sample before its new ones. (default: no)")
    var keepOriginal: Bool?

    @Option(help: "Which of the --num-captions captions of an image are kept. (default: random_any)")
    var keepCandidateMode: CandidateMode?

    @OptionGroup var names: FieldOptions

    @Option(help: "With --format llava: the original LLaVA data set, a JSON array, from which the questions are taken.")
    var questions: FilePath?

    @Option(
        help:
            "With --format llava: draw at most this many samples, as the Better Synth challenge's check_sample_number.py draws 200000."
    )
    var draw: Int?

    /// Names of fields and tokens.
    func fields(_ recipe: DataJuicerRecipe?) -> DataSetFields { names.fields(recipe?.fields ?? DataSetFields()) }

    /// Options that say something about data sets, for an input that is none.
    var namesInUse: [String] {
        [
            ("--compat", compat != nil), ("--keep-original", keepOriginal != nil),
            ("--keep-candidate-mode", ![nil, .bestSimilarity].contains(keepCandidateMode)),
            ("--questions", questions != nil), ("--draw", draw != nil), ("--ignore-operators", ignoreOperators),
        ].filter(\.1).map(\.0) + names.namesInUse
    }

    func validate() throws {
        for (name, path) in [("--config", config), ("--questions", questions)] where path?.isEmpty == true {
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
