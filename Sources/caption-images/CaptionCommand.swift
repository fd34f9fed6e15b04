import ArgumentParser
import Captioner
import CaptionerDataSets
import CaptionerFiles
import CaptionerImageProcessing
import CaptionerRecaption
import SystemPackage

/// `caption-images [caption] INPUT...`: captions for image files, folders and data sets.
struct CaptionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "caption",
        abstract: "Captions images, folders, Data-Juicer data sets, WebDataset archives.",
        discussion: """
            Rows go to standard output or to a file, everything else to standard error. An image that cannot be captioned \
            gets an error record in FILE.errors.jsonl, and the run continues. The same command resumes an interrupted \
            run. Exit status: 0 all captioned, 2 finished with error records, 1 could not run or continue, 128 + N \
            interrupted by signal N, 64 wrong usage. With - as input, requests are read from standard input, one JSON \
            object per line such as {"image": "a.jpg"}, and each gets one line of output when its batch is done; see \
            docs/worker.md.
            """)

    @Argument(
        help:
            "Image files and folders; or one Data-Juicer data set, FILE.jsonl or FILE.jsonl.gz; or one table, FILE.csv or FILE.tsv; or one training file in LLaVA's format, FILE.json; or WebDataset archives, FILE.tar or 'FILE-{000..099}.tar'; or - for requests on standard input. Folders are searched with their subfolders, in path order, without hidden files."
    )
    var input: [GivenPath] = []

    @OptionGroup(title: "Input") var inputs: InputOptions
    @OptionGroup(title: "Output") var output: OutputOptions
    @OptionGroup(title: "Text files beside images") var sidecars: SidecarOptions
    @OptionGroup(title: "Editing captions") var editing: EditOptions
    @OptionGroup(title: "Dry run") var dryRun: DryRunOptions
    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Text") var text: TextOptions
    @OptionGroup(title: "Scores") var scoring: ScoringOptions
    @OptionGroup(title: "Data sets") var dataSet: DataSetOptions
    @OptionGroup(title: "WebDataset archives") var archive: ArchiveOptions

    func validate() throws {
        if input.contains(where: \.path.isEmpty) { throw ValidationError("An input is empty.") }
        try validateArchives()
        if isWorker { return try validateWorker() }
        try inputs.checkThatThereAreSome(input, orIn: dataSet.config)
        if let file = ItemSources.lonely(in: input, format: inputs.inputFormat) {
            throw ValidationError("\(file) is a data set, and there are other inputs; caption one at a time.")
        }
        let isDataSet =
            inputs.filesFrom == nil && (input.isEmpty || ItemSources.haveSamples(input[0], format: inputs.inputFormat))
        if !isDataSet, let name = dataSet.namesInUse.first {
            throw ValidationError("\(name) is for data sets, and the input is none.")
        }
        // A configuration is read when the command runs; what it may say is checked there.
        if dataSet.config == nil { _ = try TextOptions.checked(generation(isDataSet: isDataSet, recipe: nil)) }
    }

    func run() async throws {
        try await reportingErrors {
            if isWorker { return try await runWorker() }
            let console = Console(isQuiet: output.quiet)
            switch try archivePlan() {
            case .folder(let folder, let archives): return try await runArchives(archives, to: folder, console)
            case .stream: return try await runArchiveStream(console)
            case nil: break
            }
            let recipe = try dataSet.config.map {
                try DataJuicerRecipe(path: $0, ignoresOperators: dataSet.ignoreOperators)
            }
            if let recipe { console.tell(recipe) }
            var output = output
            output.file = output.file ?? recipe?.exportPath.map { FilePath(exactly: $0) }
            let input = try runInput(recipe, console: console)
            var job = try job(input, recipe, output: output, console: console)
            let rules = try rules(job, recipe)
            let askedOptions = model.captionerOptions(orientation: dataSet.compat?.orientation ?? .apply)
            var steps = try OperatorSteps(recipe, &job, output) { [scoring] model in
                do {
                    return try CLIPSimilarities.answering(model, scoring.clip, matching: scoring.itm, askedOptions)
                } catch  where dryRun.dryRun {
                    return nil
                }
            }
            // Data-Juicer makes the folder of its export path, too.
            if recipe != nil, !dryRun.dryRun, let file = output.plainFile { try OutputFile.makeFolder(of: file) }
            let settings = [dataSet.config, dataSet.questions].compactMap { $0 }
            // A dry run does not make it, and cannot look whether it can be written to.
            let isFolderMissing = dryRun.dryRun && recipe != nil && output.plainFile?.folder.isFolder == false
            if !isFolderMissing {
                try output.check(
                    job,
                    settings: settings + modelFiles(recipe, rules),
                    passes: (steps?.files ?? []) + inputs.outputs,
                    scores: scoring.clip.scoreFiles(job, output, stats: scoring.stats && !job.isFollowedByPass))
            }
            if !dryRun.dryRun {
                for line in try SidecarOptions.notes(of: job, output.plainFile) { console.note(line) }
            }
            if dryRun.dryRun { return try await survey(job, rules: rules, recipe, output: output, console) }
            let asked = steps?.models ?? []
            steps?.similarities = try CLIPSimilarities(
                scoring.clip, matching: scoring.itm, askedOptions, for: asked)
            try await steps?.before(&job, console)
            try inputs.writePassedOver(job.input)
            if recipe?.captions == false { return }
            let (models, loadSeconds) = try await models(for: &job, rules, named: recipe?.model, console)
            try await JobCommand(
                job: job, models: models, output: output, console: console, loadSeconds: loadSeconds, steps: steps)()
        }
    }

    func job(
        _ input: any ItemSource, _ recipe: DataJuicerRecipe? = nil, output: OutputOptions, console: Console
    ) throws -> RecaptionJob {
        let generation = try TextOptions.checked(generation(isDataSet: input.fields != nil, recipe: recipe))
        for note in text.optionsWithoutEffect(generation) { console.note(note) }
        var job = RecaptionJob(
            input, format: output.format ?? OutputFormat.standard(for: input), generation: generation)
        job.showsLogProbabilities = output.logProbabilities
        output.apply(to: &job)
        job.rewriting.profile = dataSet.compat
        job.rewriting.keepsOriginal = dataSet.keepOriginal ?? recipe?.keepsOriginal ?? false
        job.rewriting.candidateMode = dataSet.keepCandidateMode ?? recipe?.candidateMode ?? .randomAny
        job.rewriting.candidateCount = captionCount(recipe)
        job.rewriting.seed = text.seed
        job.rewriting.edits = try editing.edits
        if dataSet.compat != nil, let name = editing.namesInUse.first {
            throw ValidationError("\(name) edits captions, and --compat writes what Data-Juicer writes.")
        }
        sidecars.apply(to: &job.sidecars)
        try sidecars.check(job, output, readsTexts: readsTexts)
        try inputs.check(input, sidecarEnding: job.sidecars.ending, overwrites: output.overwrite)
        if job.format == .llava, !job.makesArray {
            var conversion = LLaVAConversion()
            if let fields = input.fields { conversion.fields = fields }
            conversion.questions = dataSet.questions
            conversion.draw = RowDraw(count: dataSet.draw)
            job.conversion = conversion
        }
        try scoring.clip.check(output)
        try output.check(job, questions: dataSet.questions)
        return job
    }

    /// What is made of scores, if any are asked for.
    /// - Throws: `ValidationError`.
    func rules(_ job: RecaptionJob, _ recipe: DataJuicerRecipe? = nil) throws -> ScoringRules? {
        try scoring.rules(
            for: job, choosesMostSimilar: dataSet.keepCandidateMode == .bestSimilarity,
            isDemo: model.model == nil && recipe?.model == nil)
    }

    /// Whether texts beside images are read.
    private var readsTexts: Bool { scoring.clip.clip != nil || scoring.readsTexts }

    private func captionCount(_ recipe: DataJuicerRecipe?) -> Int { text.numCaptions ?? recipe?.captionCount ?? 1 }

    private func runInput(_ recipe: DataJuicerRecipe?, console: Console) throws -> any ItemSource {
        let input = input.isEmpty ? [recipe?.dataSetPath].compactMap { $0 }.map { GivenPath($0) } : input
        guard inputs.filesFrom != nil || !input.isEmpty else {
            throw ValidationError("Neither the configuration nor the command line names a data set.")
        }
        var fields = dataSet.fields(recipe)
        fields.archiveMembers = archive.members
        if output.format == .sidecar || readsTexts { fields.list.textEnding = sidecars.naming.ending }
        let source: any ItemSource =
            try recipe == nil ? inputs.source(of: input, fields: fields) : DataSet(inputs: input, fields: fields)
        for note in source.notes { console.note(note) }
        return source
    }

    /// How captions are generated; for data sets as `image_captioning_mapper` does it.
    private func generation(isDataSet: Bool, recipe: DataJuicerRecipe?) -> Captioner.GenerationOptions {
        var options = text.generation(.standard(forSamples: isDataSet, dataSet.compat))
        options.prompt = text.prompt ?? recipe?.prompt
        options.numReturnSequences = captionCount(recipe)
        // Every round of a greedy search says the same: one will do for all.
        if isDataSet, !options.doSample, options.numBeams == 1 { options.numReturnSequences = 1 }
        return options
    }

    /// Loads what a job computes with, and completes by it what the job says about captions.
    /// - Parameter name: the captioner where the options name none.
    /// - Returns: the models, and how long they took to load.
    func models(
        for job: inout RecaptionJob, _ rules: ScoringRules?, named name: String? = nil, _ console: Console
    ) async throws -> (RunModels, loadSeconds: Double) {
        let start = ContinuousClock.now
        let captioner = try await captioner(named: name, console)
        let scorer = try await scoring.scorer(rules, beside: captioner, console)
        let loadSeconds = (ContinuousClock.now - start) / .seconds(1)
        job.generation = job.generation.completed(dataSet.compat, by: captioner)
        try captioner.check(job.generation)
        return (RunModels(captioner, scorer: scorer), loadSeconds)
    }

    /// Loads the model.
    /// - Parameter name: what to take where the options name none.
    func captioner(named name: String? = nil, _ console: Console) async throws -> Captioner {
        if model.model == nil, name == nil {
            console.note("no --model given: the demo model knows emoji and coloured shapes, not photographs")
        }
        let captioner = try await Captioner(
            model: model.folder(name),
            options: model.captionerOptions(
                batchSize: output.batchSize, orientation: dataSet.compat?.orientation ?? .apply))
        try ThreadSupply.checkRest(of: self)
        console.tellUnused(captioner.unusedTensors)
        return captioner
    }
}
