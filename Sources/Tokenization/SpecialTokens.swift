/// The special tokens of a checkpoint, gathered from several files.
struct SpecialTokens {
    /// The tokens that have a role, by its name, such as `bos_token`.
    private(set) var named: [String: SpecialTokensFile.Entry] = [:]
    /// Tokens that are special without a role.
    private(set) var additional: [SpecialTokensFile.Entry] = []
    /// Tokens with their ids.
    var addedTokens: [AddedToken] = []
    private(set) var addsBeginning = false
    private(set) var addsEnd = false
    private(set) var addsPrefixSpace = false
    private(set) var removesTokenizationSpaces: Bool?

    /// Takes up what a file says, which goes before what was known.
    mutating func merge(_ file: SpecialTokensFile) {
        named.merge(file.named) { $1 }
        additional += file.additional
        let contents = Set(file.addedTokens.map { ExactString($0.content) })
        addedTokens = addedTokens.filter { !contents.contains(ExactString($0.content)) } + file.addedTokens
        addsBeginning = file.addsBeginning ?? addsBeginning
        addsEnd = file.addsEnd ?? addsEnd
        addsPrefixSpace = file.addsPrefixSpace ?? addsPrefixSpace
        removesTokenizationSpaces = file.removesTokenizationSpaces ?? removesTokenizationSpaces
    }

    /// Makes the tokens that have a role special, and adds those that are in the vocabulary only. A token that nobody
    /// has given an id cannot appear, and is passed over.
    func mark(_ tokens: inout [AddedToken], vocabulary: [String: Int]) {
        for entry in Array(named.values) + additional {
            if let index = tokens.firstIndex(where: { $0.content == entry.content }) {
                tokens[index].isSpecial = true
            } else if let id = vocabulary[entry.content] {
                var token = entry.token(id: id)
                token.isSpecial = true
                tokens.append(token)
            }
        }
    }
}
