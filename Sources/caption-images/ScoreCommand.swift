import ArgumentParser
import Captioner
import CaptionerDataSets
import CaptionerFiles
import CaptionerRecaption
import SystemPackage

/// `caption-images score INPUT...`: how similar texts are to their images.
struct ScoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "Scores existing texts of images with CLIP.",
        discussion: """
            Each row of a data set gets __dj__stats__ with image_text_similarity, the cosine similarity of each chunk of \
            its text with the chunk's images, or with --itm image_text_matching_score, the probability that they match; \
            all else in the row stays. For image files and folders, each image gets a \
            record with its text, read from the text file beside it (beach.txt for beach.jpg), and the similarity. With \
            --model, a row also gets the log-probability of its text under that captioning model. Resuming, \
            shards, --retry-failed and exit statuses are those of caption.
            """)

    @Argument(help: "Image files and folders, or a Data-Juicer data set, or a table, as in caption.")
    var input: [GivenPath] = []

    @OptionGroup(title: "Input") var inputs: InputOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Text files beside images") var sidecars: SidecarNameOptions
    @OptionGroup(title: "Model") var clip: CLIPOptions
    @Option(
        help: ArgumentHelp(
            "Score by the probability that a text matches its image, with a BLIP model for image-text matching in place of CLIP: a folder, or the name of a downloaded model.",
            valueName: "model"))
    var itm: GivenPath?

    @OptionGroup(title: "Captioner") var model: ModelOptions
    @OptionGroup(title: "Data sets") var dataSet: ScoredDataSetOptions

    func validate() throws {
        if input.contains(where: \.path.isEmpty) { throw ValidationError("An input is empty.") }
        if input.contains(where: { $0.path == "-" }) { throw ValidationError("- is no input that can be scored.") }
        try inputs.checkThatThereAreSome(input)
        if let file = ItemSources.lonely(in: input, format: inputs.inputFormat) {
            throw ValidationError("\(file) is a data set, and there are other inputs; score one at a time.")
        }
        if let format = output.format, ![.jsonl, .csv, .dataJuicer].contains(format) {
            throw ValidationError("--format is jsonl, csv or data-juicer for scores.")
        }
        try clip.check(output)
        guard let itm else { return }
        if itm.path.isEmpty { throw ValidationError("--itm is empty.") }
        if clip.clip != nil || clip.embeddings != nil {
            throw ValidationError("--itm takes the place of CLIP: --clip and --embeddings have no meaning with it.")
        }
    }

    func run() async throws {
        try await reportingErrors {
            let console = Console(isQuiet: output.quiet)
            var clip = clip
            if let itm { clip.clip = itm }
            var fields = dataSet.fields
            fields.list.textEnding = sidecars.ending
            let source = try inputs.source(of: input, fields: fields)
            try inputs.check(source, sidecarEnding: sidecars.ending, overwrites: output.overwrite)
            for note in source.notes { console.note(note) }
            var job = RecaptionJob(
                source, format: output.format ?? OutputFormat.standard(for: source), generation: .init())
            output.apply(to: &job)
            sidecars.apply(to: &job.sidecars)
            var rules = ScoringRules()
            rules.captions = false
            if itm != nil { rules.measure = .matching }
            rules.writesStats = job.format == .dataJuicer
            rules.writesStatsFile = dataSet.stats
            if dataSet.stats, job.format != .dataJuicer {
                throw ValidationError("--stats is for --format data-juicer.")
            }
            // The log-probability of a text is written where that of a caption would be.
            rules.scoresLogProbability = model.model != nil
            job.showsLogProbabilities = model.model != nil
            if output.logProbabilities, model.model == nil {
                throw ValidationError("--log-probabilities needs --model, the captioner under which texts have them.")
            }
            var checked = output
            checked.logProbabilities = false
            try checked.check(job, questions: nil)
            try output.check(
                job, settings: clip.files() + (model.model == nil ? [] : model.files()), passes: inputs.outputs,
                scores: clip.scoreFiles(job, output, stats: dataSet.stats))
            try inputs.writePassedOver(source)
            let start = ContinuousClock.now
            let options = model.captionerOptions(batchSize: output.batchSize)
            let captioner =
                model.model == nil ? nil : try await Captioner(model: model.folder(), options: options)
            let encoder = try await clip.encoder(options, beside: captioner)
            if itm != nil { try encoder.checkThatItMatches() }
            try ThreadSupply.checkRest(of: self)
            console.tellUnused(encoder.unusedTensors)
            if clip.clip == nil {
                console.note("no --clip given: the demo CLIP knows emoji and coloured shapes, not photographs")
            }
            let loadSeconds = (ContinuousClock.now - start) / .seconds(1)
            var scorer = RunModels.Scorer(encoder, rules)
            scorer.embeddings = clip.embeddings
            try await JobCommand(
                job: job, models: RunModels(captioner, scorer: scorer), output: output, console: console,
                loadSeconds: loadSeconds)()
        }
    }
}

/// How data sets are read that are scored.
struct ScoredDataSetOptions: ParsableArguments {
    @Flag(help: "Also write the scores to OUTPUT_stats.jsonl, as Data-Juicer does.")
    var stats = false

    @OptionGroup var names: FieldOptions

    var fields: DataSetFields { names.fields(DataSetFields()) }
}
