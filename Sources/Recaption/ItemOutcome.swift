import CaptionerDataSets

/// What counts about an item.
struct ItemOutcome {
    var hasErrors: Bool
    var hasNote: Bool
    /// Images with captions, and images that kept their old text and were not captioned.
    var imageCount: Int
    var sparedCount: Int
    /// Of an item without errors.
    var remark: ItemRemark?
    /// Where embeddings are written.
    var embedded: [EmbeddedPair] = []

    init(rows: ItemRows, answers: [ImageAnswer], remark: ItemRemark?) {
        hasErrors = !rows.errors.isEmpty
        let captions = answers.compactMap { try? $0.get().first }
        hasNote = captions.contains { $0.note != nil }
        imageCount = captions.count { !$0.isOld }
        sparedCount = captions.count - imageCount
        self.remark = hasErrors ? nil : remark
    }
}
