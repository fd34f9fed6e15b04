import CaptionerFiles
package import CaptionerJSON

/// What MGM's training makes of a row's conversation. Image files are not looked at.
package struct TrainingText {
    /// In the order of the turns' rules; of a row that training cannot read, the reason alone.
    package private(set) var findings: [TrainingFinding] = []
    private let row: TrainingTurns?

    /// - Parameter lengths: what knows how long a row may be; without it rows of any length are taken to be short.
    package init(_ row: JSONValue, _ stage: TrainingStage, lengths: TrainingLengths? = nil) {
        guard row.members != nil else {
            self.row = nil
            findings = [Self.notAnObject(row, stage)]
            return
        }
        do throws(TrainingFinding) {
            let turns = try TrainingTurns(row, stage)
            self.row = turns
            addConversation(turns)
            addTokens(turns)
            addImageTokens(turns)
            if let lengths, let remainder = lengths.remainder(of: turns) {
                findings = findings.map { remainder.changed($0, of: turns) }
                if let finding = remainder.finding(limit: lengths.limit) { findings.append(finding) }
            }
        } catch {
            self.row = nil
            findings = [error]
        }
    }

    /// Whether training can read the row.
    var isRead: Bool { row != nil }

    /// Training prints the image of a row that it cannot read, for which it looks into the row once more. That fails if
    /// the row cannot be asked, or is a text or a list with "image" in it.
    private static func notAnObject(_ row: JSONValue, _ stage: TrainingStage) -> TrainingFinding {
        let isReplaced =
            switch row {
            case .string(let text): text.literalComponents(separatedBy: "image").count == 1
            case .illFormedString(let units): !String(decoding: units, as: UTF16.self).contains("image")
            case .array(let elements): !elements.contains(.string("image"))
            default: false
            }
        guard stage == .pretrain, isReplaced else {
            return TrainingFinding(.rowNotObject, .crash, "the row is \(row.kind), expected an object: training ends")
        }
        return TrainingFinding(
            .rowNotObject, .replaced,
            "the row is \(row.kind), expected an object: training uses another row in its place")
    }

    private mutating func add(_ kind: TrainingFinding.Kind, _ severity: TrainingFinding.Severity, _ message: String) {
        findings.append(TrainingFinding(kind, severity, message))
    }

    private mutating func addConversation(_ row: TrainingTurns) {
        if row.dropsFirst {
            add(.leadingAnswer, .note, "turn 1 is from gpt: training leaves it out, and uses the rest")
        }
        guard let last = row.used.last else {
            return add(
                .noAnswer, .ignored, "there is only an answer, which training leaves out: nothing is left to learn")
        }
        if !last.isAnswer {
            add(.noAnswer, .ignored, "\(last.name) has no answer, for which training ignores the whole row")
        }
        if let turn = row.used.first(where: \.hasHalfCharacter) {
            add(
                .halfCharacter, .harmful,
                "\(turn.name) has half of a surrogate pair, such as \\ud800, which the tokenizer reads as unknown characters"
            )
        }
        let (answers, questions) = (row.used.filter(\.isAnswer), row.used.filter { !$0.isAnswer })
        if let empty = answers.first(where: \.text.isEmpty) {
            if TrainingPrompt(row.used).hasWholeRounds {
                add(
                    .emptyAnswer, .harmful,
                    "\(empty.name) is empty, and what follows up to an <eos> is learned in its place")
            } else {
                add(
                    .emptyAnswer, .ignored,
                    "\(empty.name) is empty: training counts one token more than there is, and ignores the whole row")
            }
        }
        if let empty = questions.first(where: \.text.isEmpty) { add(.emptyQuestion, .note, "\(empty.name) is empty") }
        for answer in answers where !answer.text.isEmpty {
            let words = answer.text.strippingWhitespace()
            if words.isEmpty {
                add(.blankAnswer, .harmful, "\(answer.name) is nothing but white space, which is learned")
            } else if !words.hasSameBytes(as: answer.text) {
                add(
                    .untrimmedAnswer, .harmful,
                    "\(answer.name) begins or ends with white space, which is learned: training does not trim it")
            }
        }
    }

    private mutating func addTokens(_ row: TrainingTurns) {
        let turns = row.used.filter { $0.text.utf8.contains(UInt8(ascii: "<")) }
        let isLearned = TrainingPrompt(row.used).hasWholeRounds
        for (token, kind, shown) in [
            (TrainingPrompt.endToken, TrainingFinding.Kind.eosInText, TrainingPrompt.endToken),
            (TrainingPrompt.answerStart, .modelTurnInText, "<start_of_turn>model and a line break"),
        ] {
            guard let turn = turns.first(where: { $0.contains(token) }) else { continue }
            if isLearned {
                add(kind, .harmful, "\(turn.name) contains \(shown): training takes what follows for a turn of its own")
            } else {
                add(
                    kind, .ignored,
                    "\(turn.name) contains \(shown), at which training cuts the prompt; the parts do not fit, and it ignores the whole row"
                )
            }
        }
        if let turn = turns.first(where: { $0.contains(TrainingPrompt.padToken) }) {
            add(
                .padInText, .ignored,
                "\(turn.name) contains <pad>, which training does not count as a token: the numbers do not fit, and it ignores the whole row"
            )
        }
        for turn in turns {
            // Of the start of a turn, the one before the model's turn has its own finding.
            let others = turn.text.literalComponents(separatedBy: TrainingPrompt.answerStart).joined(separator: "\n")
            let found = ["<bos>", "<unk>", "<start_of_turn>", "<end_of_turn>"].filter {
                others.literalComponents(separatedBy: $0).count > 1
            }
            guard !found.isEmpty else { continue }
            let effect = turn.isAnswer ? "which is learned as part of the answer" : "which the model reads as its own"
            add(
                .specialTokenInText, .harmful,
                "\(turn.name) contains the special token \(found.joined(separator: " and ")), \(effect)")
        }
        if let turn = turns.first(where: { $0.contains("<__dj__") || $0.contains("<|__dj__") }) {
            add(
                .placeholderInText, .harmful,
                "\(turn.name) contains a special token of Data-Juicer, which is an ordinary text to training: --image-token and --eoc-token of convert may be wrong"
            )
        }
    }

    private mutating func addImageTokens(_ row: TrainingTurns) {
        let holders = row.used.filter { $0.imageTokenCount > 0 }
        guard row.hasImage else {
            if let first = holders.first {
                add(
                    .imageTokenWithoutImage, .harmful,
                    "\(first.name) contains <image> and the row has no \"image\": it is an ordinary text to training")
            }
            if row.stage == .pretrain {
                add(
                    .noImage, .ignored,
                    "it has no \"image\": the projector, which alone is trained in this stage, learns nothing from it")
            }
            return
        }
        let count = holders.reduce(0) { $0 + $1.imageTokenCount }
        guard !holders.isEmpty else {
            let cause = "no turn that is used contains <image>: the image is loaded and not shown"
            if row.stage == .pretrain {
                add(.imageNotShown, .ignored, "\(cause), and the projector learns nothing from the row")
            } else {
                add(.imageNotShown, .harmful, "\(cause), so the model learns to answer without it")
            }
            return
        }
        if count > 1 {
            add(
                .severalImageTokens, .crash,
                "\(count) image tokens (\(holders.map(\.name).joined(separator: ", "))) ask for \(count) images and there is one: images shift to other rows, and the last of the batch ends the run (IndexError)"
            )
        }
        if let answer = holders.first(where: \.isAnswer) {
            add(
                .imageTokenInAnswer, .harmful,
                "\(answer.name) contains <image>: the image is within what the model should say")
        }
    }
}
