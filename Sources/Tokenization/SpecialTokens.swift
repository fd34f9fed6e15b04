import CaptionerJSON

/// Joins what the files of a checkpoint say of added and special tokens, as the fast tokenizers of transformers 4.38 do.
///
/// - With `added_tokens_decoder` in `tokenizer_config.json`, its tokens come on top of those of `tokenizer.json`, and
///   `special_tokens_map.json` and `added_tokens.json` do not count.
/// - Without, `special_tokens_map.json` goes before the configuration, and the tokens of `added_tokens.json` are added.
/// - Tokens that have a role, or are listed as special, are special; those that are no tokens yet are added last.
///
/// Ids in these lists say in which order tokens are added, and nothing else; see `AddedVocabulary`. Versions 4.57 and 5
/// differ in cases that README.md of `weights-tools` counts.
struct SpecialTokens {
    var configuration = SpecialTokensFile()
    var map = SpecialTokensFile()
    /// `added_tokens.json`, in its order.
    var addedTokens: [(content: ExactString, id: Int)] = []
    /// The added tokens of `tokenizer.json`, nil without that file.
    var fileTokens: [(id: Int, entry: AddedTokenEntry)]?
    /// Whether tokens mark the ends of words, as those of CLIP do, whose class has its own defaults.
    var endsWords = false

    /// Whether words are made of pieces, as BERT's tokenizer does, whose class has its own defaults.
    var hasWordPieces = false

    /// The tokens that have a role and are not left out.
    private(set) var contentOfRole: [SpecialTokenRole: ExactString] = [:]

    /// Adds all tokens to a model's.
    mutating func join(_ vocabulary: [ExactString: Int]) -> AddedVocabulary {
        var listed: [Int: AddedTokenEntry] = [:]
        var entries: [ExactString: AddedTokenEntry] = [:]
        func list(_ tokens: [(id: Int, entry: AddedTokenEntry)]) {
            for (id, entry) in tokens {
                listed[id] = entry
                entries[entry.content] = entry
            }
        }

        var named = configuration.named
        var additional = configuration.additional
        if let tokens = configuration.addedTokens {
            list(tokens)
        } else {
            // Objects of the configuration are not looked through here, but only what names a token by its text.
            let objects = Set(named.filter { if case .some(.token) = $0.value { true } else { false } }.keys)
            named.merge(map.named) { $1 }
            var known = Set(additional.map(\.identity))
            additional += map.additional.filter { known.insert($0.identity).inserted }
            let seen = Set(
                named.compactMap { role, mention in
                    objects.contains(role) && map.named[role] == nil ? nil : mention?.content
                } + additional.map(\.content))
            for (content, id) in addedTokens {
                let isSpecial = seen.contains(content)
                listed[id] = AddedTokenEntry(content: content, isSpecial: isSpecial, isNormalized: !isSpecial)
            }
            list(fileTokens ?? [])
        }

        var mentions: [SpecialTokenMention] = []
        var special: Set<ExactString> = []
        for role in SpecialTokenRole.allCases {
            guard let mention = mention(of: role, named, entries) else { continue }
            contentOfRole[role] = mention.content
            if special.insert(mention.content).inserted { mentions.append(mention) }
        }
        mentions += additional.filter { !special.contains($0.content) }
        special.formUnion(additional.map(\.content))
        return add(listed.sorted { $0.key < $1.key }.map(\.value), mentions, special, to: vocabulary)
    }

    /// The token of a role, with the flags that a list of tokens gives it.
    private func mention(
        of role: SpecialTokenRole, _ named: [SpecialTokenRole: SpecialTokenMention?],
        _ entries: [ExactString: AddedTokenEntry]
    ) -> SpecialTokenMention? {
        var mention: SpecialTokenMention?
        if let known = named[role] {
            guard let known else { return nil }
            mention = entries[known.content].map { .token($0) } ?? known
        } else {
            mention = defaultContent(of: role).map { .text($0) }
        }
        // Without tokenizer.json the tokenizer written in Python comes first, and makes objects of these.
        if fileTokens == nil, case .text(let content) = mention, [.beginning, .end, .unknown, .padding].contains(role) {
            return .token(AddedTokenEntry(content: content, isNormalized: true))
        }
        return mention
    }

    /// What the class of tokenizers takes for a role that nothing is said of.
    private func defaultContent(of role: SpecialTokenRole) -> ExactString? {
        switch role {
        case .beginning where isGemma: "<bos>"
        case .end where isGemma: "<eos>"
        case .unknown where hasWordPieces: "[UNK]"
        case .separator where hasWordPieces: "[SEP]"
        case .padding where hasWordPieces: "[PAD]"
        case .classification where hasWordPieces: "[CLS]"
        case .mask where hasWordPieces: "[MASK]"
        case .unknown where isGemma: "<unk>"
        case .padding where isGemma: "<pad>"
        case .beginning where isGPT2, .end where isGPT2, .unknown where isGPT2: "<|endoftext|>"
        case .beginning where endsWords: "<|startoftext|>"
        case .end where endsWords, .unknown where endsWords, .padding where endsWords: "<|endoftext|>"
        default: nil
        }
    }

    private func add(
        _ listed: [AddedTokenEntry], _ mentions: [SpecialTokenMention], _ special: Set<ExactString>,
        to vocabulary: [ExactString: Int]
    ) -> AddedVocabulary {
        var result = AddedVocabulary(vocabulary: vocabulary)
        for (_, entry) in fileTokens ?? [] { result.add(entry.token) }
        let known = Set(result.contents).union(listed.map(\.content))
        let listedTokens = Set(listed.map(\.token))
        var entries = listed
        for mention in mentions {
            switch mention {
            case .text(let content): if !known.contains(content) { entries.append(AddedTokenEntry(content: content)) }
            case .token(let entry): if !listedTokens.contains(entry.token) { entries.append(entry) }
            }
        }
        for var entry in entries {
            if special.contains(entry.content) { entry.isSpecial = true }
            result.add(entry.token)
        }
        return result
    }

    /// Whether the class of tokenizers has Gemma's defaults, and adds tokens before and after as the configuration says,
    /// whatever `tokenizer.json` does.
    var isGemma: Bool {
        configuration.tokenizerClass.map { ["GemmaTokenizer", "GemmaTokenizerFast"].contains($0) } ?? false
    }

    /// Whether the class of tokenizers has GPT-2's defaults and takes whether it adds a blank from the configuration.
    var isGPT2: Bool {
        configuration.tokenizerClass.map { ["GPT2Tokenizer", "GPT2TokenizerFast"].contains($0) } ?? false
    }
}
