import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// Questions as LLaVA's files have them: a JSON object a line with `question_id`, `image`, `text` and, where it is
/// known, `category`. A list in `image` is a question about several.
package enum QuestionFile {
    /// - Throws: `FileError.unreadableFile`, which names the line; `CancellationError`.
    package static func read(_ path: FilePath) throws -> [EvaluationQuestion] {
        let lines = try LineReader(path: path)
        var questions: [EvaluationQuestion] = []
        while let line = try lines.next() {
            guard !line.isBlank else { continue }
            do {
                questions.append(try question(line.read()))
            } catch {
                throw FileError.unreadableFile(path, cause: "line \(lines.lineCount): \(error)")
            }
        }
        guard !questions.isEmpty else { throw FileError.unreadableFile(path, cause: "it has no questions") }
        return questions
    }

    private static func question(_ line: [UInt8]) throws -> EvaluationQuestion {
        let value = try JSONValue.object(line: line)
        let id = try value.questionID
        let prompt = try value.text("text", as: \.text)
        let images = try images(value)
        let category = value["category"]?.text.map { [EvaluationQuestion.Category(title: "category", name: $0)] }
        var question = EvaluationQuestion(
            id: id, image: .file(images[0]), prompt: prompt, modelPrompt: prompt, choice: nil,
            categories: category ?? [],
            group: ExactString(images.joined(separator: "\0")))
        question.furtherImages = images.dropFirst().map { .file($0) }
        return question
    }

    /// At least one.
    private static func images(_ value: JSONValue) throws -> [String] {
        guard let elements = value["image"]?.elements else { return [try value.text("image", as: \.text)] }
        let images = elements.compactMap(\.text)
        guard !images.isEmpty, images.count == elements.count else {
            throw JSONError(offset: 0, message: "expected a text, or a list of texts, in image")
        }
        return images
    }
}
