import ArgumentParser
import CaptionerDataSets
import CaptionerFiles
import CaptionerRecaption
import SystemPackage

/// The operators of a configuration around its captions: a pass that makes the data set that is captioned, and one that
/// makes the output of the captioned rows.
struct OperatorSteps {
    private let original: DataSet
    private let output: FilePath
    private let first: (pass: OperatorPass, files: PassFiles)?
    private let last: (pass: OperatorPass, files: PassFiles)?
    private let overwrites: Bool
    /// What operators ask for the similarity of images and texts.
    var similarities: (any SimilarityProvider)?

    /// - Parameters:
    ///   - job: a run of the recipe; is changed to what passes make of its rows.
    ///   - answering: the model that answers an operator that asks one.
    /// - Returns: nil where the recipe has no operators but the mapper.
    /// - Throws: `ValidationError` for what does not go together, and what `answering` throws.
    init?(
        _ recipe: DataJuicerRecipe?, _ job: inout RecaptionJob, _ options: OutputOptions,
        answering: (AskedModel) throws -> AnsweringModel?
    ) throws {
        guard let recipe, !recipe.operatorsBefore.isEmpty || !recipe.operatorsAfter.isEmpty else { return nil }
        guard let original = job.input as? DataSet, let output = options.plainFile else {
            throw ValidationError("The operators of a configuration need --output FILE, beside which they write.")
        }
        (self.original, self.output, overwrites) = (original, output, options.overwrite)
        let profile = job.rewriting.profile
        let captioned = PassFiles(before: output)
        func pass(_ operators: [DataOperator], _ place: OperatorPass.Place) throws -> OperatorPass {
            try OperatorPass(
                operators, place, profile: profile, keepsStats: place != .beforeCaptions && recipe.keepsStats,
                answering: answering)
        }
        guard recipe.captions else {
            if let name = options.captionNamesInUse.first {
                throw ValidationError("\(name) has no meaning for a configuration that captions nothing.")
            }
            first = (try pass(recipe.operatorsBefore, .alone), PassFiles(output: output))
            last = nil
            return
        }
        try Self.check(recipe, job)
        first =
            recipe.operatorsBefore.isEmpty
            ? nil : (try pass(recipe.operatorsBefore, .beforeCaptions), captioned)
        if let first {
            job.setChoice(by: first.pass, from: original)
        }
        job.isFollowedByPass = job.format == .dataJuicer && job.shard == .whole
        job.rewriting.columns = original
        job.rewriting.stats = job.isFollowedByPass ? .carried : .finished(areKept: recipe.keepsStats)
        guard job.isFollowedByPass else {
            last = nil
            return
        }
        last = (try pass(recipe.operatorsAfter, .afterCaptions), PassFiles(output: output))
    }

    private static func check(_ recipe: DataJuicerRecipe, _ job: RecaptionJob) throws {
        guard let operation = recipe.operatorsAfter.first else { return }
        guard job.format == .dataJuicer else {
            throw ValidationError(
                "\(operation.name) after image_captioning_mapper chooses rows of --format data-juicer, not of \(job.format.rawValue); caption-images convert makes training data of what it writes."
            )
        }
        guard job.shard == .whole else {
            throw ValidationError(
                "\(operation.name) comes after image_captioning_mapper, and --shard \(job.shard.number)/\(job.shard.count) captions a part. Put what comes after into a configuration of its own, merge the shards, and run it over the merged rows."
            )
        }
    }

    /// All files that passes write, and the rows that they make.
    var files: [FilePath] {
        let all = [first, last].compactMap { $0?.files.all }.joined()
        // The output is among the files of a run that no pass follows.
        return last == nil ? all.filter { $0 != output } : Array(all)
    }

    /// Models that operators ask.
    var models: [AskedModel] { [first, last].compactMap { $0?.pass.operators }.joined().compactMap(\.model) }

    /// Makes the data set that is captioned, if there are operators before.
    func before(_ job: inout RecaptionJob, _ console: Console) async throws {
        // What would keep the output from being made at the end is reported at the start.
        for step in [first, last].compactMap({ $0 }) where !overwrites { try step.pass.check(step.files) }
        guard let first else { return }
        Signals.respond(.cancel)
        let (counts, isNew) = try await first.pass.update(
            original, to: first.files, overwrites: overwrites, similarities: similarities)
        console.tell(counts, of: first.pass, first.files, isNew: isNew)
        if first.pass.place != .alone {
            job.input = try DataSet(path: first.files.rows, fields: original.fields ?? .init())
        }
    }

    /// Makes the output of the rows of a run.
    func after(_ job: RecaptionJob, _ console: Console) async throws {
        guard let last else { return }
        let rows = try DataSet(path: job.files(output).output, fields: original.fields ?? .init())
        let (counts, isNew) = try await last.pass.update(
            rows, columns: original, to: last.files, overwrites: overwrites, similarities: similarities)
        console.tell(counts, of: last.pass, last.files, isNew: isNew)
    }
}

extension Console {
    /// What a pass of operators did.
    fileprivate func tell(_ counts: OperatorPass.Counts, of pass: OperatorPass, _ files: PassFiles, isNew: Bool) {
        note("\(counts.kept) of \(counts.total) samples \(isNew ? "written to" : "are in") \(files.rows.escaped)")
        for (operation, count) in zip(pass.operators, counts.dropped) where count > 0 {
            note("\(count) dropped by \(operation.name)")
        }
        if counts.unreadable > 0 { note("\(counts.unreadable) that are no samples") }
        if counts.kept < counts.total { note("what was dropped, and why, is in \(files.dropped.escaped)") }
        if counts.recomputed > 0 {
            note("numbers that \(counts.recomputed) samples had from before were computed anew")
        }
    }
}
