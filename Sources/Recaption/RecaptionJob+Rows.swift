import Captioner
import CaptionerDataSets
import CaptionerFiles

extension RecaptionJob {
    /// What the rows of this run look like.
    /// - Parameter rules: what is made of scores, if there are any.
    func rowFormat(_ rules: ScoringRules?, overwritesSidecars: Bool) throws -> any RowFormat {
        let shape = CaptionRecord.Shape(
            isList: generation.numReturnSequences > 1 && rules?.choosesMostSimilar != true,
            showsLogProbabilities: showsLogProbabilities, showsSimilarities: rules != nil)
        return try format.rowFormat(
            input, shape: shape, rewriting: rewriting, overwrites: overwritesSidecars, scoring: rules)
    }

    /// Whether text files beside images are replaced. A run that was started so and interrupted resumes so; without its output
    /// it is another one.
    func overwritesSidecars(_ files: RunFiles) -> Bool {
        format == .sidecar
            && (mode == .overwrite
                || files.output.exists && (try? RunDescription(path: files.description))?.overwritesSidecars == true)
    }
}
