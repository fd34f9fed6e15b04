import Captioner
import CaptionerJSON

/// One row for each image: JSONL records, CSV, and either of them with a text file beside each image.
struct ImageRows: RowFormat {
    enum Notation: Sendable {
        case jsonl
        case csv
    }

    let notation: Notation
    let shape: CaptionRecord.Shape
    /// Writes the text files, if there are to be any.
    let sidecars: SidecarWriter?

    init(_ notation: Notation, shape: CaptionRecord.Shape, sidecars: SidecarWriter? = nil) {
        self.notation = notation
        self.shape = shape
        self.sidecars = sidecars
    }

    var header: String { notation == .csv ? CSVRow.header(shape) : "" }
    var hasQuotedLineBreaks: Bool { notation == .csv }

    func tasks(of item: RunItem) throws(CaptionFailure) -> [CaptionTask] {
        let tasks = try Self.tasks(of: item)
        guard let sidecars else { return tasks }
        return tasks.map { task in
            // Captions that have no place to go to are not asked for.
            guard let refusal = sidecars.owners.refusal(of: task) else { return task }
            return CaptionTask(source: .refused(refusal.message), name: task.name, prompt: task.prompt)
        }
    }

    /// The images of an item, whether or not their captions have a place to go to.
    static func tasks(of item: RunItem) throws(CaptionFailure) -> [CaptionTask] {
        switch item.content {
        case .image(let file):
            return [CaptionTask(source: PictureSource(file), name: file.name, prompt: nil)]
        case .badLine(let message):
            throw CaptionFailure(stage: .sample, message: message)
        case .sample(let sample):
            try sample.checkPrompt()
            let images = try sample.images()
            guard !images.isEmpty else { throw CaptionFailure(stage: .sample, message: "it names no image") }
            return images.map { sample.captionTask(for: $0, nil) }
        }
    }

    func rows(of item: RunItem, answers: [ImageAnswer]) throws -> ItemRows {
        var result = ItemRows()
        for (task, answer) in zip(try Self.tasks(of: item), answers) {
            var answer = answer
            if let refusal = sidecars?.owners.refusal(of: task) {
                answer = .failure(refusal)
            } else if let sidecars, case .success(let captions) = answer {
                do {
                    try sidecars.write(captions.map(\.text), beside: task.source)
                } catch let failure as CaptionFailure {
                    answer = .failure(failure)
                }
            } else if let sidecars, case .failure(let failure) = answer {
                answer = .failure(sidecars.failure(failure, beside: task.source))
            }
            result.rows.append(row(CaptionRecord(id: item.id, path: task.name, answer: answer, shape: shape)))
            if case .failure(let failure) = answer {
                result.errors.append(ErrorRecord(failure, of: item, image: task.name.pictureName))
            }
        }
        return result
    }

    func rows(of item: RunItem, failure: CaptionFailure) -> ItemRows {
        ItemRows(
            rows: [row(CaptionRecord(id: item.id, path: nil, answer: .failure(failure), shape: shape))],
            errors: [ErrorRecord(failure, of: item)])
    }

    func expectedRows(of item: RunItem, hasErrors: Bool) -> ExpectedRows {
        // An item that is not as it should be has a row that names no image.
        let names: [String?] = (try? Self.tasks(of: item).map(\.name)) ?? [nil]
        return ExpectedRows(count: names.count) { row, number in
            accepts(row, naming: names[number], of: item, hasErrors: hasErrors)
        }
    }

    private func accepts(_ row: [UInt8], naming expected: String?, of item: RunItem, hasErrors: Bool) -> Bool {
        // A row with an error has its record, unless that was lost.
        switch notation {
        case .jsonl:
            guard let record = try? JSONParser.parse(row, .row) else { return false }
            return record["image"] == expected.map { .string($0) } && record["id"] == item.id
                && (hasErrors || record["error"] == nil)
        case .csv:
            guard let fields = CSVRow.fields(row), fields.count >= 2 else { return false }
            return fields.prefix(2).elementsEqual(
                [item.id?.csvText ?? "", expected ?? ""], by: { $0.hasSameBytes(as: $1) })
                && (hasErrors || fields[fields.count - 2].isEmpty)
        }
    }

    func imageName(in row: [UInt8]) -> String? {
        switch notation {
        case .jsonl: return (try? JSONParser.parse(row, .row))?["image"]?.text
        case .csv:
            guard let fields = CSVRow.fields(row), fields.count >= 2 else { return nil }
            return fields[1]
        }
    }

    private func row(_ record: CaptionRecord) -> String {
        switch notation {
        case .jsonl: record.json.json() + "\n"
        case .csv: CSVRow.row(record)
        }
    }
}
