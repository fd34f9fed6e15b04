import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// What ten people answered to each question: `TextVQA_0.5.1_val.json`.
struct TextVQAAnnotations: Sendable {
    private struct Key: Hashable {
        let image: ExactString
        /// In lower case.
        let question: ExactString
    }

    static let answerCount = 10

    private var answers: [Key: [String]] = [:]

    /// - Throws: `FileError.unreadableFile`, which names the element of `data` that is no annotation.
    init(_ path: FilePath) throws {
        let value: JSONValue
        do {
            value = try JSONParser.parse(FileBytes.of(path).withoutByteOrderMark, .row)
        } catch let error as Errno {
            throw FileError.unreadableFile(path, code: error.rawValue)
        } catch {
            throw FileError.unreadableFile(path, cause: "\(error)")
        }
        guard let elements = value["data"]?.elements else {
            throw FileError.unreadableFile(path, cause: "expected an array in data")
        }
        for (number, element) in elements.enumerated() {
            func failure(_ cause: String) -> FileError {
                .unreadableFile(path, cause: "element \(number) of data: \(cause)")
            }
            guard let image = element["image_id"], let question = element["question"]?.readableText else {
                throw failure("no image_id, or no question")
            }
            guard let texts = element["answers"]?.elements?.map(\.readableText) else { throw failure("no answers") }
            let answers = texts.compactMap { $0 }
            guard answers.count == Self.answerCount, texts.count == Self.answerCount else {
                throw failure("\(answers.count) texts in answers, expected \(Self.answerCount)")
            }
            self.answers[Self.key(image, question)] = answers
        }
    }

    /// The ten answers to a question about an image; nil if it is not among the annotations. Of several annotations of
    /// a question the last counts.
    func answers(image: JSONValue, question: String) -> [String]? { answers[Self.key(image, question)] }

    private static func key(_ image: JSONValue, _ question: String) -> Key {
        Key(image: ExactString(image.json()), question: ExactString(String(question.unicodeScalars.lowercasedAsPython)))
    }
}
