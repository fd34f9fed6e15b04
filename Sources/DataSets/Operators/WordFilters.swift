import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// By the number of words.
struct WordCountFilter: TextFilter {
    static let name = "words_num_filter"
    static let statNames = ["num_words"]
    let range: ValueRange

    init(_ parameters: inout OperatorParameters) throws(OperatorProblem) {
        range = try ValueRange(&parameters, "num", (10, .infinity), isWhole: true)
        _ = try parameters.text("lang")
        try parameters.refuseTokenization()
    }

    func stat(of text: String) -> JSONValue { .integer(TextWords.of(text, isLowercased: false).count) }
}

/// By the share of words that are on a list.
struct FlaggedWordsFilter: TextFilter {
    static let name = "flagged_words_filter"
    static let statNames = ["flagged_words_ratio"]
    let range: ValueRange
    private let words: Set<ExactString>
    /// The numbers of words that are joined to further ones, none for none.
    private let groupSizes: [Int]
    private let joiner: String

    init(_ parameters: inout OperatorParameters) throws(OperatorProblem) {
        range = try ValueRange(&parameters, "ratio", (0, 0.045))
        try parameters.refuseTokenization()
        let language = try parameters.text("lang") ?? "en"
        let sizes = try parameters.integers("words_aug_group_sizes", atLeast: 1) ?? [2]
        groupSizes = try parameters.truth("use_words_aug") == true ? sizes : []
        joiner = try parameters.text("words_aug_join_char") ?? ""
        guard let folder = try parameters.text("flagged_words_dir"), !folder.isEmpty else {
            throw OperatorProblem(
                message:
                    "\(Self.name) has no flagged_words_dir: Data-Juicer would download a list of words, here a folder has to be named with a JSON file whose name has flagged_words in it"
            )
        }
        words = try Self.words(of: language, in: FilePath(exactly: folder))
    }

    func stat(of text: String) -> JSONValue {
        var all = TextWords.of(text, isLowercased: true)
        let single = all
        for size in groupSizes where size <= single.count {
            all += (0...(single.count - size)).map { start in
                ExactString(single[start..<start + size].map(\.string).joined(separator: joiner))
            }
        }
        return all.count(where: words.contains).share(of: all.count)
    }

    /// The words of a language in all lists of a folder, or of all languages for `all`.
    private static func words(of language: String, in folder: FilePath) throws(OperatorProblem) -> Set<ExactString> {
        func problem(_ cause: String) -> OperatorProblem {
            OperatorProblem(message: "flagged_words_dir of \(name), \(folder.escaped): \(cause)")
        }
        let names: [[UInt8]]
        do {
            names = try FolderEntries.of(folder).map(\.name)
        } catch {
            throw problem(folder.cause(error.rawValue))
        }
        var lists: [JSONMember] = []
        for name in names where name.suffix(5).elementsEqual(".json".utf8) {
            guard String(decoding: name, as: UTF8.self).literalComponents(separatedBy: "flagged_words").count > 1 else {
                continue
            }
            let file = folder.pushing(FilePath(bytes: name))
            do {
                guard let members = try JSONParser.parse(FileBytes.of(file)).members else {
                    throw problem("\(file.escaped) is no object of languages and words")
                }
                lists += members
            } catch let failure as OperatorProblem {
                throw failure
            } catch let code as Errno {
                throw problem("\(file.escaped): \(file.cause(code.rawValue))")
            } catch {
                throw problem("\(file.escaped): \(error)")
            }
        }
        guard !lists.isEmpty else { throw problem("there is no JSON file whose name has flagged_words in it") }
        // A list that is called so comes before one that is made of all.
        let own = lists.filter { $0.key.string.hasSameBytes(as: language) }
        let chosen = own.isEmpty && language == "all" ? lists : own
        guard !chosen.isEmpty else { throw problem("no list is for the language \(language)") }
        var words: Set<ExactString> = []
        for list in chosen {
            guard let texts = list.value.elements?.map(\.text), !texts.contains(nil) else {
                throw problem("what it has for \(list.key) is no list of words")
            }
            words.formUnion(texts.compactMap { $0.map { ExactString($0) } })
        }
        return words
    }
}
