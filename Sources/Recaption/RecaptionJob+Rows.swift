import Captioner
import CaptionerDataSets
import CaptionerFiles

extension RecaptionJob {
    /// What the rows of this run look like.
    /// - Parameter rules: what is made of scores, if there are any.
    func rowFormat(_ rules: ScoringRules?, _ sidecars: SidecarRules) throws -> any RowFormat {
        let shape = CaptionRecord.Shape(
            isList: generation.numReturnSequences > 1 && rules?.choosesMostSimilar != true,
            showsLogProbabilities: showsLogProbabilities, measure: rules?.measure)
        return try format.rowFormat(
            input, shape: shape, rewriting: rewriting, sidecars: sidecars, scoring: rules)
    }

    /// What becomes of text files that are there, in a run to these files, or to none.
    ///
    /// A run that was started with `Mode.overwrite` and interrupted still replaces them when it resumes; without its output it
    /// is another one. Likewise one that skips images still skips those that had texts when it began.
    /// - Throws: `FileError`, `CancellationError`.
    func sidecarRules(_ files: RunFiles?) throws -> SidecarRules {
        var rules = sidecars
        guard format == .sidecar else { return rules }
        let isRetry = mode == .retryFailed && files?.errors.exists == true
        let present = mode == .overwrite ? nil : isRetry ? files?.retry : files
        func earlier(_ files: RunFiles?) -> RunDescription? {
            files.flatMap { $0.output.exists ? try? RunDescription(path: $0.description) : nil }
        }
        if rules.existing == nil {
            let replaces = mode == .overwrite || earlier(files)?.overwritesSidecars == true
            rules.existing = replaces ? .overwrite : .error
        }
        if rules.existing == .skip {
            if let run = earlier(present), !run.isFinished {
                rules.skipped = run.skipped
            } else {
                rules.skipped = try SkippedImages(in: input, shard.range(of: input.count), ending: rules.ending)
            }
        }
        return rules
    }
}
