import CaptionerJSON

/// A token as files describe it, before it has an id.
struct AddedTokenEntry {
    let content: ExactString
    var isSpecial = false
    var isSingleWord = false
    var stripsLeft = false
    var stripsRight = false
    /// Where it is not said, all but special tokens are normalised; which they are may be settled later.
    var isNormalized: Bool?

    /// What it comes to when nothing else is said.
    var token: AddedToken {
        AddedToken(
            content: content, isSpecial: isSpecial, isSingleWord: isSingleWord, stripsLeft: stripsLeft,
            stripsRight: stripsRight, isNormalized: isNormalized ?? !isSpecial)
    }
}

extension AddedTokenEntry {
    /// Reads an object with `content` and flags.
    init(_ field: JSONField) throws(TokenizerRejection) {
        self.init(
            content: ExactString(try field.required("content").string()),
            isSpecial: try field.optionalBool("special") ?? false,
            isSingleWord: try field.optionalBool("single_word") ?? false,
            stripsLeft: try field.optionalBool("lstrip") ?? false,
            stripsRight: try field.optionalBool("rstrip") ?? false,
            isNormalized: try field.optionalBool("normalized"))
    }
}
