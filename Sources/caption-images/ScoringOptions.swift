import ArgumentParser
import Captioner
import CaptionerDataSets
import CaptionerDemoModel
import CaptionerFiles
import CaptionerRecaption
import SystemPackage

/// The model that scores texts.
struct CLIPOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Score how similar texts are to their images with a CLIP model: a folder in the layout of Hugging Face or open_clip, or the name of a downloaded model. (default with the demo model: a demo CLIP)",
            valueName: "model"))
    var clip: GivenPath?

    @Option(help: "The compute type of the CLIP model, as --precision.")
    var clipPrecision = Captioner.Precision.automatic

    @Flag(
        inversion: .prefixedNo,
        help:
            "Whether the activation of the CLIP model is QuickGELU. (default: what its folder says, which is wrong in some)"
    )
    var clipQuickGelu: Bool?

    @Option(
        help: ArgumentHelp(
            "Write the embeddings of images and texts to this folder, in clip-retrieval's layout: img_emb, text_emb and metadata.",
            valueName: "folder"))
    var embeddings: FilePath?

    func validate() throws {
        if clip?.path.isEmpty == true { throw ValidationError("--clip is empty.") }
        if embeddings?.isEmpty == true { throw ValidationError("--embeddings is empty.") }
    }

    /// The files that are written besides rows.
    /// - Parameter stats: whether there is one for statistics.
    func scoreFiles(_ job: RecaptionJob, _ output: OutputOptions, stats: Bool) throws -> [FilePath] {
        if stats, output.plainFile == nil { throw ValidationError("--stats needs --output FILE.") }
        let statsFile = stats ? output.plainFile.map { StatsFile.path(of: job.files($0).output) } : nil
        return (embeddings.map { EmbeddingsFolder.files($0, job.shard) } ?? []) + [statsFile].compactMap { $0 }
    }

    /// - Throws: `ValidationError`.
    func check(_ output: OutputOptions) throws {
        guard embeddings != nil else { return }
        if output.plainFile == nil { throw ValidationError("--embeddings needs --output FILE.") }
        if output.retryFailed {
            throw ValidationError(
                "--retry-failed computes no embeddings of what is done already; score the finished output with --embeddings."
            )
        }
    }

    /// The files in the folder of the model.
    func files() throws -> [FilePath] {
        let folder = try folder
        return ((try? FolderEntries.of(folder)) ?? []).map { folder.pushing(FilePath(bytes: $0.name)) }
    }

    /// The folder of the model, that of the demo CLIP where none is named.
    var folder: FilePath {
        get throws { try clip.map { try modelFolder($0) } ?? FilePath(DemoModel.encoder()) }
    }

    /// - Parameter options: those of the captioner: threads, kernels, and the reading of images.
    func encoder(_ options: Captioner.Options, beside captioner: Captioner?) async throws -> ImageTextEncoder {
        try await ImageTextEncoder(
            model: folder, options: encoderOptions(options), usesQuickGELU: clipQuickGelu, beside: captioner)
    }

    /// - Parameter options: those of the captioner.
    func encoderOptions(_ options: Captioner.Options) -> Captioner.Options {
        var options = options
        options.precision = clipPrecision
        options.layerPrecisions = []
        return options
    }
}

/// What is made of scores in a run that captions.
struct ScoringOptions: ParsableArguments {
    @OptionGroup var clip: CLIPOptions

    @Option(
        help: ArgumentHelp(
            "The BLIP model that image_text_matching_filter of a configuration asks: a folder, or the name of a downloaded model. (default: what the operator names)",
            valueName: "model"))
    var itm: GivenPath?

    @Option(
        // A similarity may be negative.
        parsing: .unconditional,
        help: ArgumentHelp(
            "Caption only images whose old text has a similarity below SCORE; the others keep that text.",
            valueName: "score"))
    var recaptionBelow: Double?

    @Option(
        help:
            "Which text is kept for an image that has an old one. new: the caption. old: the old text, and the image is not captioned. better: the more similar of the two. (default: new)"
    )
    var keepCaption: KeptCaption?

    @Flag(
        help:
            "Also write the scores of a data set to OUTPUT_stats.jsonl, as Data-Juicer does. With --compat, rows have __dj__stats__ only with this option."
    )
    var stats = false

    func validate() throws {
        if let recaptionBelow, !recaptionBelow.isFinite {
            throw ValidationError("--recaption-below is \(recaptionBelow), expected a number.")
        }
    }

    /// Whether the texts that images have are looked at.
    var readsTexts: Bool { recaptionBelow != nil || keepCaption != nil }

    /// Options that ask for scores.
    private func namesInUse(_ choosesMostSimilar: Bool) -> [String] {
        [
            ("--clip", clip.clip != nil), ("--recaption-below", recaptionBelow != nil),
            ("--keep-caption", keepCaption != nil), ("--stats", stats),
            ("--clip-precision", clip.clipPrecision != .automatic), ("--clip-quick-gelu", clip.clipQuickGelu != nil),
            ("--embeddings", clip.embeddings != nil), ("--keep-candidate-mode best_similarity", choosesMostSimilar),
        ].filter(\.1).map(\.0)
    }

    /// - Parameters:
    ///   - choosesMostSimilar: whether of several captions the most similar is kept.
    ///   - isDemo: whether the captioner is the demo model, beside which the demo CLIP may score.
    /// - Returns: nil where nothing is scored.
    /// - Throws: `ValidationError`.
    func rules(for job: RecaptionJob, choosesMostSimilar: Bool, isDemo: Bool) throws -> ScoringRules? {
        guard let name = namesInUse(choosesMostSimilar).first else { return nil }
        guard clip.clip != nil || isDemo else { throw ValidationError("\(name) needs --clip.") }
        var rules = ScoringRules()
        rules.keeps = keepCaption ?? .new
        rules.recaptionBelow = recaptionBelow
        rules.choosesMostSimilar = choosesMostSimilar
        let isOfSamples = job.input.fields != nil && (job.format == .dataJuicer || job.format == .llava)
        rules.writesStatsFile = stats
        rules.writesStats = isOfSamples && (stats || job.rewriting.profile == nil)
        if stats, !isOfSamples { throw ValidationError("--stats is for --format data-juicer and llava.") }
        guard rules.mayKeepOld else { return rules }
        if job.format == .sidecar {
            throw ValidationError(
                "--keep-caption and --recaption-below have no old texts with --format sidecar, which replaces them; --existing skip keeps them."
            )
        }
        // How many rows an item has must not depend on scores: by that a run finds its resume point.
        let isList = isOfSamples ? job.rewriting.candidateMode == .all : !choosesMostSimilar
        if isList, max(job.rewriting.candidateCount, job.generation.numReturnSequences) > 1 {
            throw ValidationError(
                "--keep-caption and --recaption-below keep one text of each image: with --num-captions, say which caption by --keep-candidate-mode best_similarity."
            )
        }
        return rules
    }

    /// Loads the model.
    /// - Returns: nil if there is none.
    func scorer(
        _ rules: ScoringRules?, beside captioner: Captioner, _ console: Console
    ) async throws -> RunModels.Scorer? {
        guard let rules else { return nil }
        if clip.clip == nil { console.note("no --clip given: the demo CLIP knows what the demo model knows") }
        let encoder = try await clip.encoder(captioner.options, beside: captioner)
        console.tellUnused(encoder.unusedTensors)
        var scorer = RunModels.Scorer(encoder, rules)
        scorer.embeddings = clip.embeddings
        return scorer
    }
}

extension KeptCaption: ExpressibleByArgument {}
