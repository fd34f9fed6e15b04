import CaptionerFiles
import CaptionerTokenization
package import SystemPackage

/// How much MGM's training keeps of a row that is too long for it.
///
/// It cuts twice: token ids, among which the image is one, and the positions that they become, of which the image takes 576.
/// What comes after is not learned.
package struct TrainingLengths: Sendable {
    /// `model_max_length` of the training scripts.
    package static let usualLimit = 2048
    private static let imagePositions = 576
    /// The placeholder of the image among token ids.
    private static let imageID = -200

    private let tokenizer: Tokenizer
    private let padID: Int
    let limit: Int

    /// - Parameters:
    ///   - folder: with the tokenizer of the language model, which is Gemma's.
    ///   - limit: how many ids and how many positions are kept.
    /// - Throws: `TokenizerError`; `FileError.unreadableFile` for the tokenizer of another model.
    package init(tokenizer folder: FilePath, limit: Int) throws {
        let tokenizer = try Tokenizer(folder: folder)
        func isToken(_ text: String) -> Bool {
            tokenizer.encode(text, addingSpecialTokens: false) == tokenizer.id(for: text).map { [$0] }
        }
        let needed = ["<bos>", "<eos>", "<pad>", "<start_of_turn>", "<end_of_turn>"]
        guard needed.allSatisfy(isToken), let padID = tokenizer.id(for: "<pad>"),
            tokenizer.affixes.prefix == tokenizer.id(for: "<bos>").map({ [$0] }), tokenizer.affixes.suffix.isEmpty
        else {
            throw FileError.unreadableFile(
                folder.appending("tokenizer.json"),
                cause: "it is not Gemma's: texts get <bos> in front, and the tokens \(needed.joined(separator: ", "))")
        }
        (self.tokenizer, self.padID, self.limit) = (tokenizer, padID, limit)
    }

    /// What is left of a row.
    struct Remainder {
        /// Positions of the whole row, the image's included.
        fileprivate(set) var positions = 0
        /// Positions that would be learned of the whole row, and those that are. In the first stage those before the image,
        /// from which the projector learns nothing, are not among them.
        fileprivate(set) var (learnable, learned) = (0, 0)
        /// Whether training counts tokens, and ignores the row if their number is another than it expects. Of long rows it
        /// does not.
        fileprivate(set) var isCounted = true
        /// Whether it ignores the row for that.
        fileprivate(set) var isIgnored = false
        /// Image tokens that are left.
        fileprivate(set) var imageTokenCount = 0
    }

    /// - Returns: nil of a row that is certainly short enough.
    func remainder(of row: TrainingTurns) -> Remainder? {
        let prompt = TrainingPrompt(row.used)
        let imageCount =
            row.hasImage ? prompt.text.literalComponents(separatedBy: TrainingTurn.imageToken).count - 1 : 0
        // A token is one byte or more. Of missing turns one token is counted that is not there.
        guard prompt.text.utf8.count + imageCount * Self.imagePositions + 2 > limit else { return nil }
        let ids = ids(of: prompt.text, hasImage: row.hasImage)
        let (labels, counted) = labels(of: prompt, count: ids.count + 1, hasImage: row.hasImage)
        let kept = row.hasImage ? ids.count + 1 : min(ids.count + 1, limit)
        let total = kept - ids.prefix(kept - 1).count { $0 == padID }
        var result = Remainder()
        result.isCounted = counted < limit
        result.isIgnored = result.isCounted && counted != total
        let needsImage = row.stage == .pretrain && imageCount > 0
        var isLearnable = !needsImage
        result.positions = 1
        for (place, id) in zip(1..., ids) {
            // Padding is taken out again.
            if id == padID { continue }
            if id == Self.imageID {
                isLearnable = true
                if place < limit { result.imageTokenCount += 1 }
                result.positions += Self.imagePositions
                continue
            }
            if labels[place], isLearnable {
                result.learnable += 1
                if place < limit, result.positions < limit { result.learned += 1 }
            }
            result.positions += 1
        }
        return result
    }

    /// The tokens of a text, without `<bos>`. With an image, what is before it and what is after it are read apart.
    private func ids(of text: String, hasImage: Bool) -> [Int] {
        guard hasImage else { return tokenizer.encode(text, addingSpecialTokens: false) }
        let parts = text.literalComponents(separatedBy: TrainingTurn.imageToken)
            .map { tokenizer.encode($0, addingSpecialTokens: false) }
        return Array(parts.joined(separator: [Self.imageID]))
    }

    /// Which of a row's tokens are learned, `<bos>` being the first, and how many training counts.
    private func labels(of prompt: TrainingPrompt, count: Int, hasImage: Bool) -> (labels: [Bool], counted: Int) {
        var labels = [Bool](repeating: false, count: count)
        var counted = 1
        for round in prompt.rounds {
            let parts = round.literalComponents(separatedBy: TrainingPrompt.answerStart)
            guard parts.count == 2 else { break }
            let question = ids(of: parts[0] + TrainingPrompt.answerStart, hasImage: hasImage).count
            // The token at which the round was cut off counts for the `<bos>` that is put in front of it.
            let end = counted + ids(of: round, hasImage: hasImage).count + 1
            let start = min(counted + question, count)
            for place in start..<max(min(end, count), start) { labels[place] = true }
            counted = end
        }
        return (labels, counted)
    }
}

extension TrainingLengths.Remainder {
    /// The finding about what is cut off.
    func finding(limit: Int) -> TrainingFinding? {
        guard !isIgnored, learned < learnable else { return nil }
        let size = "it takes \(positions) positions, of which training keeps \(limit)"
        if learned == 0 {
            return TrainingFinding(
                .answersCutOff, .ignored,
                "\(size): all \(learnable) tokens that there are to learn come after them, and it learns nothing from the row"
            )
        }
        return TrainingFinding(
            .endCutOff, .note,
            "\(size): of \(learnable) tokens that there are to learn it does not see the last \(learnable - learned)")
    }

    /// What becomes of another finding about the row, which would be right of a short one.
    func changed(_ finding: TrainingFinding, of row: TrainingTurns) -> TrainingFinding {
        func changed(to severity: TrainingFinding.Severity, _ reason: String) -> TrainingFinding {
            TrainingFinding(finding.kind, severity, "\(finding.message); but \(reason)")
        }
        switch finding.kind {
        case .severalImageTokens where imageTokenCount <= 1:
            return changed(to: .note, "\(imageTokenCount) of them is left when the row is cut")
        case .imageTokenInAnswer where !hasAnswerWithImage(row):
            return changed(to: .note, "it is cut off")
        // What is learned comes before.
        case .emptyAnswer where isLearnedUncounted && finding.severity == .ignored, .noAnswer where isLearnedUncounted:
            return changed(
                to: .note, "of a row as long as this tokens are not counted, and what comes before is learned")
        case .eosInText, .modelTurnInText, .padInText:
            guard isLearnedUncounted, finding.severity == .ignored else { return finding }
            return changed(
                to: .harmful, "of a row as long as this tokens are not counted, and it learns what it takes for answers"
            )
        default: return finding
        }
    }

    private var isLearnedUncounted: Bool { !isCounted && learned > 0 }

    /// Whether one of the image tokens that are left is in an answer.
    private func hasAnswerWithImage(_ row: TrainingTurns) -> Bool {
        var left = imageTokenCount
        for turn in row.used where turn.imageTokenCount > 0 && left > 0 {
            if turn.isAnswer { return true }
            left -= turn.imageTokenCount
        }
        return false
    }
}
