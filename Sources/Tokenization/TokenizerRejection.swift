/// Why a part of a tokenizer's files is not accepted, where the file is not known.
struct TokenizerRejection: Error, Equatable {
    let keyPath: String
    let cause: String

    init(_ cause: String, keyPath: String = "") {
        self.cause = cause
        self.keyPath = keyPath
    }
}
