import CaptionerFiles
import CaptionerJSON

/// The elements of a training file in LLaVA's format, a row each, with captions for answers.
///
/// One without an image is kept as it is, and so is one that gets no caption, with an error record. A caption is one answer,
/// so a conversation with several is such an error.
struct ConversationRows: RowFormat {
    /// Where texts are scored.
    let scoring: ScoringRules?
    /// What is done to captions.
    let edits: CaptionEdits?

    package var header: String { "" }
    package var hasQuotedLineBreaks: Bool { false }

    package func tasks(of item: Item) throws(ItemFailure) -> [CaptionTask] {
        guard let conversation = item.listed?.conversation else {
            throw ItemFailure(stage: .sample, message: "it is no conversation")
        }
        guard try conversation.image() != nil else { return [] }
        let count = conversation.answers.count
        guard count == 1 else {
            throw ItemFailure(
                stage: .sample, message: "its conversation has \(count) answers, and a caption is one")
        }
        let tasks = try ImageRows.tasks(of: item)
        guard scoring != nil else { return tasks }
        return OldText.added(to: tasks, of: item, scoring, ending: SidecarRules.standardEnding)
    }

    package func rows(of item: Item, answers: [ImageAnswer], scores: ItemScores?) throws -> ItemRows {
        let tasks = try tasks(of: item)
        let answers = edits?.edited(answers, of: tasks) ?? answers
        guard let task = tasks.first, let answer = answers.first else { return ItemRows(rows: [row(item)]) }
        let scored = scoring?.scored(answer, 0, scores)
        if scores?.missing.isEmpty == false { return ItemRows() }
        switch answer {
        case .failure(let failure):
            return ItemRows(
                rows: [row(item)], errors: [ErrorRecord(failure, of: item, image: task.name.pictureName)])
        case .success(let captions):
            guard let caption = (scored?.captions ?? captions).first else { return ItemRows(rows: [row(item)]) }
            var result = ItemRows(rows: [row(item, caption.isOld ? nil : caption.text)])
            if scored != nil { result.texts = [.init(image: 0, text: caption.text)] }
            return result
        }
    }

    package func rows(of item: Item, failure: ItemFailure) -> ItemRows {
        ItemRows(rows: [row(item)], errors: [ErrorRecord(failure, of: item)])
    }

    package func remark(on item: Item) -> ItemRemark? { (try? tasks(of: item))?.isEmpty == true ? .noImages : nil }

    package func expectedRows(of item: Item, hasErrors: Bool) -> ExpectedRows {
        ExpectedRows(count: 1) { row, _ in
            guard let element = try? JSONParser.parse(row, .row), let own = item.listed?.conversation else {
                return false
            }
            if hasErrors || (try? tasks(of: item).isEmpty) != false { return element == own.element }
            return Conversation(element).answers.first.map { own.answered($0).element == element } ?? false
        }
    }

    private func row(_ item: Item, _ caption: String? = nil) -> String {
        guard let conversation = item.listed?.conversation else { return "null\n" }
        return (caption.map(conversation.answered) ?? conversation).element.json() + "\n"
    }
}
