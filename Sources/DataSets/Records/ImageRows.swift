import CaptionerJSON

/// One row for each image: JSONL records, CSV, and either of them with a text file beside each image.
struct ImageRows: RowFormat {
    enum Notation: Sendable {
        case jsonl
        case csv
        /// Of Hugging Face's imagefolder, in which only images with captions have rows.
        case metadata
    }

    package let notation: Notation
    package let shape: CaptionRecord.Shape
    /// Writes the text files, if any are asked for.
    var sidecars: SidecarWriter?
    /// Where texts are scored.
    let scoring: ScoringRules?
    /// What is done to captions.
    var edits: CaptionEdits?
    /// What the names of text files beside images end with.
    var textEnding = SidecarRules.standardEnding

    init(_ notation: Notation, shape: CaptionRecord.Shape, scoring: ScoringRules? = nil) {
        self.notation = notation
        self.shape = shape
        self.scoring = scoring
    }

    package var header: String { notation == .csv ? CSVRow.header(shape) : "" }
    package var hasQuotedLineBreaks: Bool { notation == .csv }
    package var leavesOutFailures: Bool { notation == .metadata }

    package func tasks(of item: Item) throws(ItemFailure) -> [CaptionTask] {
        let tasks = try Self.tasks(of: item)
        guard let sidecars else {
            return scoring == nil ? tasks : OldText.added(to: tasks, of: item, scoring, ending: textEnding)
        }
        return tasks.enumerated().map { number, task in
            var task = task
            do throws(ItemFailure) {
                if let refusal = sidecars.owners.refusal(of: task) { throw refusal }
                if sidecars.rules.skipped.contains(number, of: item.index) {
                    task.keptText = try OldText.beside(task.picture, textEnding)
                }
                return task
            } catch {
                // Captions that have no place to go to are not asked for.
                return CaptionTask(
                    picture: UnavailablePicture(cause: error.message), name: task.name, prompt: task.prompt)
            }
        }
    }

    /// The images of an item, whether or not their captions have a place to go to.
    package static func tasks(of item: Item) throws(ItemFailure) -> [CaptionTask] {
        switch item.content {
        case .image(let name, let picture):
            return [CaptionTask(picture: picture, name: name, prompt: nil)]
        case .archived(let sample):
            if let damage = sample.damage {
                throw ItemFailure(stage: .read, message: "cannot read \(sample.archiveName): \(damage)")
            }
            guard let picture = sample.picture, let name = sample.imageName else { return [] }
            return [CaptionTask(picture: picture, name: name, prompt: nil)]
        case .badLine(let message):
            throw ItemFailure(stage: .sample, message: message)
        case .sample(let sample):
            try sample.checkPrompt()
            let images = try sample.images()
            guard !images.isEmpty else { throw ItemFailure(stage: .sample, message: "it names no image") }
            return images.enumerated().map { sample.captionTask(for: $1, at: $0, nil) }
        }
    }

    package func rows(of item: Item, answers: [ImageAnswer], scores: ItemScores?) throws -> ItemRows {
        var result = ItemRows()
        let tasks = try Self.tasks(of: item)
        let answers = edits?.edited(answers, of: tasks) ?? answers
        let scored = zip(tasks.indices, answers).map { image, answer in scoring?.scored(answer, image, scores) }
        if scores?.missing.isEmpty == false { return result }
        for (task, (answer, scored)) in zip(tasks, zip(answers, scored)) {
            var (answer, scored) = (scored.map { .success($0.captions) } ?? answer, scored)
            if sidecars != nil { answer = try placed(answer, of: task) }
            if notation == .metadata, let failure = MetadataRow.failure(of: task) { answer = .failure(failure) }
            let isKept = sidecars != nil && (try? answer.get().first)?.isOld == true
            // One that came to be there meanwhile was not scored.
            let text = (try? answer.get().first)?.text
            if isKept, let text, scored?.captions.first?.text.hasSameBytes(as: text) != true { scored = nil }
            if scored != nil, let text {
                result.texts.append(.init(image: result.rows.count, text: text))
            }
            var record = CaptionRecord(
                of: item, path: task.name, answer: answer, shape: shape, scores: scored?.scores)
            record.keepsOldText = isKept
            if notation == .metadata {
                if let row = MetadataRow.row(record, of: item) { result.rows.append(row) }
            } else {
                result.rows.append(row(record))
            }
            if case .failure(let failure) = answer {
                result.errors.append(ErrorRecord(failure, of: item, image: task.name.pictureName))
            }
        }
        return result
    }

    /// What becomes of an image's captions when they are put beside it.
    /// - Throws: `FileError.unwritableOutput`.
    private func placed(_ answer: ImageAnswer, of task: CaptionTask) throws -> ImageAnswer {
        guard let sidecars else { return answer }
        if let refusal = sidecars.owners.refusal(of: task) { return .failure(refusal) }
        switch answer {
        case .failure(let failure): return .failure(sidecars.failure(failure, beside: task.picture))
        case .success(let captions):
            if captions.first?.isOld == true { return answer }
            do {
                let kept = try sidecars.write(captions.map(\.text), beside: task.picture)
                return kept.map { .success([.kept($0)]) } ?? answer
            } catch let failure as ItemFailure {
                return .failure(failure)
            }
        }
    }

    package func rows(of item: Item, failure: ItemFailure) -> ItemRows {
        let record = CaptionRecord(of: item, path: nil, answer: .failure(failure), shape: shape)
        return ItemRows(rows: leavesOutFailures ? [] : [row(record)], errors: [ErrorRecord(failure, of: item)])
    }

    package func remark(on item: Item) -> ItemRemark? {
        guard case .archived(let sample) = item.content else { return nil }
        return sample.isItem ? nil : .noImages
    }

    package func expectedRows(of item: Item, hasErrors: Bool) -> ExpectedRows {
        if leavesOutFailures {
            return ExpectedRows(count: hasErrors ? 0 : 1) { row, _ in MetadataRow.accepts(row, item) }
        }
        // An item that is not as it should be has a row that names no image.
        let names: [String?] = (try? Self.tasks(of: item).map(\.name)) ?? [nil]
        return ExpectedRows(count: names.count) { row, number in
            accepts(row, naming: names[number], of: item, hasErrors: hasErrors)
        }
    }

    private func accepts(_ row: [UInt8], naming expected: String?, of item: Item, hasErrors: Bool) -> Bool {
        // A row with an error has its record, unless that was lost.
        switch notation {
        case .jsonl, .metadata:
            guard let record = try? JSONParser.parse(row, .row) else { return false }
            return record["image"] == expected.map { .string($0) } && record[item.idName] == item.id
                && (hasErrors || record["error"] == nil)
        case .csv:
            guard let fields = CSVRow.fields(row), fields.count >= 2 else { return false }
            return fields.prefix(2).elementsEqual(
                [item.id?.csvText ?? "", expected ?? ""], by: { $0.hasSameBytes(as: $1) })
                && (hasErrors || fields[fields.count - 2].isEmpty)
        }
    }

    package func imageName(in row: [UInt8]) -> String? {
        switch notation {
        case .jsonl, .metadata: return (try? JSONParser.parse(row, .row))?["image"]?.text
        case .csv:
            guard let fields = CSVRow.fields(row), fields.count >= 2 else { return nil }
            return fields[1]
        }
    }

    private func row(_ record: CaptionRecord) -> String {
        switch notation {
        case .jsonl, .metadata: record.json.json() + "\n"
        case .csv: CSVRow.row(record)
        }
    }
}
