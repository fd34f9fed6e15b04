import CaptionerFiles
package import CaptionerJSON
package import SystemPackage

/// A line of an answer file, as MGM's evaluation scripts write it with Python's `json.dumps`.
package struct AnswerRecord: Sendable, Equatable {
    /// What answers to multiple-choice questions have besides.
    package struct Choice: Sendable, Equatable {
        package let round: Int
        package let options: [String]
        /// `A`, `B` and so on, one for each option.
        package let letters: [String]

        package init(round: Int = 0, options: [String], letters: [String]) {
            self.round = round
            self.options = options
            self.letters = letters
        }

        package static func == (left: Choice, right: Choice) -> Bool {
            left.round == right.round && left.options.map { ExactString($0) } == right.options.map { ExactString($0) }
                && left.letters.map { ExactString($0) } == right.letters.map { ExactString($0) }
        }
    }

    package let questionID: JSONValue
    /// The question as the answer file repeats it.
    package let prompt: String
    /// The answer.
    package let text: String
    package let choice: Choice?
    package let answerID: String
    package let modelID: String

    package init(
        questionID: JSONValue, prompt: String, text: String, choice: Choice?, answerID: String, modelID: String
    ) {
        self.questionID = questionID
        self.prompt = prompt
        self.text = text
        self.choice = choice
        self.answerID = answerID
        self.modelID = modelID
    }

    /// Reads a line. Names that are not known are passed over.
    /// - Throws: `JSONError` for what is no answer.
    package init(line: some Sequence<UInt8>) throws(JSONError) {
        let value = try JSONValue.object(line: line)
        questionID = try value.questionID
        prompt = try value.text("prompt", as: \.readableText)
        text = try value.text("text", as: \.readableText)
        choice = value["options"]?.elements.map { options in
            Choice(
                round: value["round_id"]?.integer ?? 0, options: options.compactMap(\.readableText),
                letters: (value["option_char"]?.elements ?? []).compactMap(\.readableText))
        }
        answerID = value["answer_id"]?.readableText ?? ""
        modelID = value["model_id"]?.readableText ?? ""
    }

    /// The line with its break: ASCII alone, names in the order of the scripts.
    package var line: String {
        var members = [JSONMember("question_id", questionID)]
        if let choice { members.append(JSONMember("round_id", .integer(choice.round))) }
        members += [JSONMember("prompt", .string(prompt)), JSONMember("text", .string(text))]
        if let choice {
            members += [
                JSONMember("options", .array(choice.options.map { .string($0) })),
                JSONMember("option_char", .array(choice.letters.map { .string($0) })),
            ]
        }
        members += [
            JSONMember("answer_id", .string(answerID)), JSONMember("model_id", .string(modelID)),
            JSONMember("metadata", .object([])),
        ]
        return JSONValue.object(members).json(.pythonASCII) + "\n"
    }

    package static func == (left: AnswerRecord, right: AnswerRecord) -> Bool {
        left.line.hasSameBytes(as: right.line)
    }

    /// What the scripts call a model: the last name of its folder, of a folder `checkpoint-N` with the one above it
    /// (`NAME_checkpoint-N`).
    package static func modelID(of folder: FilePath) -> String {
        let names = folder.absolute.components.suffix(2).map { FilePath(root: nil, [$0]).escaped }
        guard let last = names.last else { return "" }
        return last.utf8.starts(with: "checkpoint-".utf8) ? names.joined(separator: "_") : last
    }
}
