import CaptionerJSON

/// A token that is looked for in the text before it is split into words.
struct AddedToken: Hashable, Sendable {
    let content: ExactString
    /// Whether it marks something in the sequence, rather than being text.
    var isSpecial = false
    /// Whether it counts only where no word character touches it.
    var isSingleWord = false
    /// Whether white space to the left belongs to it.
    var stripsLeft = false
    /// Whether white space to the right belongs to it.
    var stripsRight = false
    /// Whether it should be looked for after the text was normalised.
    var isNormalized: Bool
    /// Whether it is looked for in the text as it came, before all that are looked for later only.
    var isFoundEarly = false
    /// Whether it is looked for in what is left of the text then.
    var isFoundLate = false
    /// Its id, once it has one.
    var id: Int?
}
