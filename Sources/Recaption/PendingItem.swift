import CaptionerDataSets

/// An item whose rows are not written yet.
struct PendingItem {
    let item: Item
    var rows: ItemRows?
    var images: [TaskImage] = []
    /// Where texts are scored.
    var scores: ItemScores?

    /// Nil while some are missing.
    var answers: [ImageAnswer]? {
        let answers = images.compactMap(\.answer)
        return answers.count == images.count ? answers : nil
    }
}
