import CaptionerFiles
import CaptionerJSON

/// Texts that mean no value.
enum MissingValues {
    private static let texts: Set<ExactString> = [
        "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
        "NULL", "NaN", "None", "n/a", "nan", "null",
    ]

    /// Whether pandas' readers take a text for a missing value.
    static func contains(_ text: String) -> Bool { texts.contains(ExactString(text)) }

    /// Whether MGM's script takes a text that pandas lets pass for a missing option or hint.
    static func isNone(_ text: String) -> Bool {
        let small = text.utf8.map(\.lowercasedASCII)
        return small.elementsEqual("nan".utf8) || small.elementsEqual("none".utf8)
    }
}
