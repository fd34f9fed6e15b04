import ArgumentParser
import Captioner
import CaptionerDataSets
import CaptionerFiles
import CaptionerImageProcessing
import CaptionerRecaption
import Foundation
import SystemPackage

extension CaptionCommand {
    /// The files of the models, which the run does not write to. That there is no captioner is for a dry run to report.
    func modelFiles(_ recipe: DataJuicerRecipe?, _ rules: ScoringRules?) throws -> [FilePath] {
        let scorer = rules == nil ? [] : try scoring.clip.files()
        do {
            return try model.files(recipe?.model) + scorer
        } catch  where dryRun.dryRun {
            return scorer
        }
    }

    /// Says what a run would do.
    /// - Parameters:
    ///   - job: the run.
    ///   - rules: what is made of scores, if there are any.
    ///   - recipe: the configuration, if there is one.
    func survey(
        _ job: RecaptionJob, rules: ScoringRules?, _ recipe: DataJuicerRecipe?, output: OutputOptions,
        _ console: Console
    ) async throws {
        if recipe?.captions == false {
            throw ValidationError("--dry-run has no meaning for a configuration that captions nothing.")
        }
        Signals.respond(.cancel)
        let total = job.range.count
        let survey: RunSurvey
        do {
            survey = try job.survey(output.plainFile.map(job.files), rules: rules) { count in
                console.show { "\(count)/\(total) looked at" }
            }
        } catch {
            throw SidecarRunError.explaining(error, of: job)
        }
        console.endLine()
        try await report(survey, of: job, rules: rules, recipe, output: output, console)
    }

    /// Reports what was found out.
    func report(
        _ survey: RunSurvey, of job: RecaptionJob, rules: ScoringRules?, _ recipe: DataJuicerRecipe? = nil,
        output: OutputOptions, _ console: Console
    ) async throws {
        let total = job.range.count
        var report = DryRunReport(
            survey, input: job.input, skipped: job.input.count - total,
            output: (output.plainFile ?? output.file.flatMap { $0.isFolder ? $0 : nil })?.escaped,
            batchSize: output.batchSize)
        report.notes += try SidecarOptions.notes(of: job, output.plainFile)
        if recipe.map({ !$0.operatorsBefore.isEmpty }) ?? false {
            report.notes.append(
                "operators of the configuration drop samples first, which were not run: fewer may be left")
        }
        if rules?.recaptionBelow != nil {
            report.notes.append("images are scored first, and those whose old text is good enough are not captioned")
        }
        let options = model.captionerOptions(
            batchSize: output.batchSize, orientation: dataSet.compat?.orientation ?? .apply)
        do {
            report.memory = try ModelMemory.ofCaptioner(
                model: model.folder(recipe?.model), options: options, generationOptions: job.generation)
        } catch {
            report.notes.append("the run would not begin: \(error)")
        }
        if dryRun.estimate, report.memory != nil {
            report.measured = try await estimate(job, survey, recipe, console)
        }
        try RecordWriter().write(Data(report.text.utf8))
    }

    /// Captions some of the images that the run would caption.
    /// - Returns: nil if there are none that can be decoded.
    private func estimate(
        _ job: RecaptionJob, _ survey: RunSurvey, _ recipe: DataJuicerRecipe?, _ console: Console
    ) async throws -> CaptionBenchmark.Figure? {
        let decoder = ImageDecoder()
        let images = survey.samples.filter { (try? decoder.decode($0)) != nil }.map { ImageSource.data($0) }
        guard !images.isEmpty else { return nil }
        let captioner = try await captioner(named: recipe?.model, console)
        let generation = job.generation.completed(dataSet.compat, by: captioner)
        try captioner.check(generation)
        console.show { "measuring" }
        defer { console.endLine() }
        let benchmark = CaptionBenchmark(captioner: captioner, images: images, options: generation)
        // A run that is shorter than a batch runs in a smaller one.
        let batchSize = min(output.batchSize, max(survey.distinct, 1))
        return try await benchmark(batchSize: batchSize, until: ContinuousClock.now + .seconds(30))
    }
}
