import CaptionerJSON

/// Why a question has no answer: its image is missing or damaged.
///
/// MGM's scripts end there, and their format has no place for it. So the answer is empty, and a line of `errors.jsonl`
/// beside it says why: `{"index": 3, "question_id": ..., "image": ..., "message": ...}`.
package struct AnswerFailure: Error, Sendable, Equatable {
    package let message: String

    package init(_ message: String) { self.message = message }

    /// The line with its break.
    func line(position: Int, _ question: EvaluationQuestion) -> String {
        let members = [
            JSONMember("index", .integer(position)), JSONMember("question_id", question.id),
            JSONMember("image", .string(question.image.name)), JSONMember("message", .string(message)),
        ]
        return JSONValue.object(members).json() + "\n"
    }

    /// The place of the question that a line is of.
    /// - Throws: `JSONError` for what is no such line.
    static func position(in line: [UInt8]) throws(JSONError) -> Int {
        guard let position = try JSONParser.parse(line, .row)["index"]?.size else {
            throw JSONError(offset: 0, message: "no index of a question")
        }
        return position
    }
}
