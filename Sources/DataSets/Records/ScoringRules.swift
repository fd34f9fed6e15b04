/// Which text of an image is kept.
package enum KeptCaption: String, Sendable, CaseIterable {
    /// The new caption.
    case new
    /// The old text where there is one.
    case old
    /// The new caption if it is more similar to the image than the old text, else that.
    case better
}

/// What a run makes of the similarities of images and texts.
package struct ScoringRules: Sendable, Equatable {
    package var measure = ScoreMeasure.similarity
    package var keeps = KeptCaption.new
    /// An image whose old text is at least so similar keeps it, and is not captioned.
    package var recaptionBelow: Double?
    /// Whether of several captions of an image only the most similar is kept.
    package var choosesMostSimilar = false
    /// Whether samples of data sets get `__dj__stats__`.
    package var writesStats = false
    /// Whether there is a file of statistics beside the output.
    package var writesStatsFile = false
    /// False where nothing is captioned, and texts are only scored.
    package var captions = true
    /// Whether old texts get their log-probability under the captioner.
    package var scoresLogProbability = false

    package init() {}

    /// Whether old texts may stay although there is a captioner.
    package var mayKeepOld: Bool { captions && (keeps != .new || recaptionBelow != nil) }

    /// Whether images keep their old text and are not captioned.
    /// - Parameters:
    ///   - oldText: what they share, if there is one.
    ///   - similarity: that of the old text to them.
    package func spares(oldText: String?, similarity: @autoclosure () -> Float) -> Bool {
        guard captions else { return true }
        guard let oldText, !oldText.isEmpty else { return false }
        if keeps == .old { return true }
        guard let recaptionBelow else { return false }
        return Double(similarity()) >= recaptionBelow
    }
}
