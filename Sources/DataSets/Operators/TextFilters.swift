import CaptionerJSON

/// A filter of one number, computed of the whole text of a sample, its special tokens included.
protocol TextFilter: SingleSampleFilter {
    var range: ValueRange { get }
    func stat(of text: String) -> JSONValue
}

extension TextFilter {
    package func stats(of sample: JudgedSample) throws(ItemFailure) -> [JSONValue] { [stat(of: try sample.text())] }

    package func keeps(_ stats: [JSONValue]) throws(ItemFailure) -> Bool {
        range.contains(try stats[0].stat(Self.statNames[0]))
    }

    package var rangeText: String { range.description }
}

extension Int {
    /// A share of a whole; of nothing 0.
    func share(of whole: Int) -> JSONValue { .float(whole == 0 ? 0 : Double(self) / Double(whole)) }
}

/// By the number of Unicode scalars.
struct TextLengthFilter: TextFilter {
    static let name = "text_length_filter"
    static let statNames = ["text_len"]
    let range: ValueRange

    init(_ parameters: inout OperatorParameters) throws(OperatorProblem) {
        range = try ValueRange(&parameters, "len", (10, .infinity), isWhole: true)
    }

    func stat(of text: String) -> JSONValue { .integer(text.unicodeScalars.count) }
}

/// By the share of letters and digits.
struct AlphanumericFilter: TextFilter {
    static let name = "alphanumeric_filter"
    static let statNames = ["alnum_ratio"]
    let range: ValueRange

    init(_ parameters: inout OperatorParameters) throws(OperatorProblem) {
        range = try ValueRange(&parameters, "ratio", (0.25, .infinity))
        try parameters.refuseTokenization()
    }

    func stat(of text: String) -> JSONValue {
        let scalars = text.unicodeScalars
        return scalars.count(where: \.isAlphanumeric).share(of: scalars.count)
    }
}

extension Unicode.Scalar {
    /// As Python's `str.isalnum` has it.
    var isAlphanumeric: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: true
        default: properties.numericType != nil
        }
    }
}

/// By the share of special characters: punctuation, digits, white space, emoji and some others.
struct SpecialCharactersFilter: TextFilter {
    static let name = "special_characters_filter"
    static let statNames = ["special_char_ratio"]
    let range: ValueRange

    init(_ parameters: inout OperatorParameters) throws(OperatorProblem) {
        range = try ValueRange(&parameters, "ratio", (0, 0.25))
    }

    func stat(of text: String) -> JSONValue {
        let scalars = text.unicodeScalars
        return scalars.count(where: SpecialCharacters.contains).share(of: scalars.count)
    }
}

/// By the share of the most frequent stretches of `length` characters.
struct CharacterRepetitionFilter: TextFilter {
    static let name = "character_repetition_filter"
    static let statNames = ["char_rep_ratio"]
    let range: ValueRange
    let length: Int

    init(_ parameters: inout OperatorParameters) throws(OperatorProblem) {
        length = try parameters.integer("rep_len", atLeast: 1) ?? 10
        range = try ValueRange(&parameters, "ratio", (0, 0.5))
    }

    func stat(of text: String) -> JSONValue {
        let counts = Array(text.unicodeScalars).countedStretches(of: length).sorted(by: >)
        let repeated = counts.prefix { $0 > 1 }.count
        let most = counts[..<min(Int(Double(counts.count).squareRoot()), repeated)]
        return most.reduce(0, +).share(of: counts.reduce(0, +))
    }
}

/// By the share of stretches of `length` words that occur more than once.
struct WordRepetitionFilter: TextFilter {
    static let name = "word_repetition_filter"
    static let statNames = ["word_rep_ratio"]
    let range: ValueRange
    let length: Int

    init(_ parameters: inout OperatorParameters) throws(OperatorProblem) {
        length = try parameters.integer("rep_len", atLeast: 1) ?? 10
        range = try ValueRange(&parameters, "ratio", (0, 0.5))
        _ = try parameters.text("lang")
        try parameters.refuseTokenization()
    }

    func stat(of text: String) -> JSONValue {
        let counts = TextWords.of(text, isLowercased: true).countedStretches(of: length)
        return counts.filter { $0 > 1 }.reduce(0, +).share(of: counts.reduce(0, +))
    }
}

extension Array where Element: Hashable {
    /// How often each different stretch of `length` elements occurs.
    func countedStretches(of length: Int) -> some Collection<Int> {
        var counts: [ArraySlice<Element>: Int] = [:]
        if count >= length {
            for start in 0...(count - length) { counts[self[start..<start + length], default: 0] += 1 }
        }
        return counts.values
    }
}
