import CaptionerJSON

/// The tokens that are added to those of a model, and the ids that they get, as the library `tokenizers` gives them.
///
/// A token of the model keeps its id. Any other gets the next one, whatever id a file may have said: the number of the
/// model's tokens, or one more than the highest of an added token, where that is larger.
struct AddedVocabulary {
    private let vocabulary: [ExactString: Int]
    private var ids: [ExactString: Int] = [:]
    private var tokensByID: [Int: AddedToken] = [:]
    private var highestID = -1
    /// The contents of all tokens that were special once: being added again as another kind does not change that.
    private var specialContents: Set<ExactString> = []
    /// The contents of tokens that are looked for before normalisation and after it. A token that is added again is
    /// looked for as before, too; once it is special, that is settled. (Since `tokenizers` 0.23 the last time counts.)
    private var foundEarly: Set<ExactString> = []
    private var foundLate: Set<ExactString> = []

    /// - Parameter vocabulary: that of the model.
    init(vocabulary: [ExactString: Int]) { self.vocabulary = vocabulary }

    /// The tokens by id. Those are special that ever were.
    var tokens: [AddedToken] {
        tokensByID.sorted { $0.key < $1.key }.map { id, token in
            var token = token
            token.id = id
            token.isSpecial = specialContents.contains(token.content)
            token.isFoundEarly = foundEarly.contains(token.content)
            token.isFoundLate = foundLate.contains(token.content)
            return token
        }
    }

    /// The contents of the tokens.
    var contents: some Collection<ExactString> { ids.keys }

    /// The id of a token, added or not.
    func id(for content: ExactString) -> Int? { ids[content] ?? vocabulary[content] }

    /// Adds a token, or gives another one's flags to the token with its content. Nothing becomes of an empty one.
    mutating func add(_ token: AddedToken) {
        guard !token.content.string.isEmpty else { return }
        let id = id(for: token.content) ?? nextID
        ids[token.content] = id
        tokensByID[id] = token
        highestID = max(highestID, id)
        guard !specialContents.contains(token.content) else { return }
        if token.isNormalized { foundLate.insert(token.content) } else { foundEarly.insert(token.content) }
        if token.isSpecial { specialContents.insert(token.content) }
    }

    private var nextID: Int {
        // Saturating, since ids of a vocabulary may be any numbers until they are looked at.
        highestID < vocabulary.count ? vocabulary.count : highestID == .max ? .max : highestID + 1
    }
}
