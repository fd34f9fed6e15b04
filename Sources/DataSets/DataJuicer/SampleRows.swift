import CaptionerJSON

/// How the samples of a data set are rewritten.
package struct RewritingOptions: Sendable {
    package var profile: CompatibilityProfile?
    package var keepsOriginal = false
    package var candidateMode = CandidateMode.randomAny
    package var candidateCount = 1
    package var seed: UInt64 = 0
    /// The data set whose columns rows have with a profile; nil for the input.
    package var columns: DataSet?
    /// What becomes of the numbers that a pass of operators put into samples before.
    package var stats = CarriedStats.none

    package enum CarriedStats: Sendable, Equatable {
        /// There are none.
        case none
        /// They stay in the rows as they are, for a pass that follows.
        case carried
        /// No pass follows: they stay as Data-Juicer writes them, or go.
        case finished(areKept: Bool)
    }

    package init() {}
}

/// The samples of a data set with captions for texts: what `image_captioning_mapper` makes of them.
///
/// Without a profile rows are the lines that were read but for texts and image paths, which become absolute; captions
/// stand behind their own images; and a sample that cannot be captioned is kept as it is. With one, rows, oddities
/// included, are those of that version of Data-Juicer, and samples that it loses are left out.
struct SampleRows: RowFormat {
    package let fields: DataSetFields
    package let options: RewritingOptions
    /// What Data-Juicer makes of the data set's columns; with a profile only.
    let schema: ColumnSchema?

    package var header: String { "" }
    package var hasQuotedLineBreaks: Bool { false }

    /// How many rows the captions of a sample make.
    private var newRowCount: Int { options.candidateMode == .all ? options.candidateCount : 1 }

    package func tasks(of item: Item) throws(ItemFailure) -> [CaptionTask] {
        tasks(of: try captioned(item))
    }

    private func tasks(of captioned: CaptionedSample) -> [CaptionTask] {
        // Data-Juicer opens images that no token stands for, too.
        let used = options.profile == nil ? captioned.images.prefix(captioned.placeCount) : captioned.images[...]
        return used.map { captioned.sample.captionTask(for: $0, options.profile) }
    }

    /// A sample that captions can be put into.
    private struct CaptionedSample {
        let sample: Sample
        let images: [String]
        let chunks: [TextChunk]

        /// How many images its text has a place for.
        var placeCount: Int { chunks.reduce(0) { $0 + $1.imageCount } }
    }

    private func captioned(_ item: Item) throws(ItemFailure) -> CaptionedSample {
        guard case .sample(let sample) = item.content else {
            guard case .badLine(let message) = item.content else {
                throw ItemFailure(stage: .sample, message: "an image, and no sample of a data set")
            }
            throw ItemFailure(stage: .sample, message: message)
        }
        // A table's columns have names that can be written.
        if options.profile != nil, sample.hasIllFormedKeys {
            throw ItemFailure(
                stage: .sample,
                message: "a name in it has half of a surrogate pair, such as \\ud800, which is no character"
            )
        }
        let text = try sample.requiredText()
        try sample.checkPrompt()
        let images = try sample.images()
        if images.isEmpty, options.profile != nil {
            guard options.keepsOriginal else { throw ItemFailure(stage: .sample, message: "it names no image") }
            return CaptionedSample(sample: sample, images: [], chunks: [])
        }
        if options.profile == .betterSynth, let prompt = fields.prompt, schema?.hasColumn(prompt) == false {
            throw ItemFailure(stage: .sample, message: "no sample has \"\(prompt)\", the field of prompts")
        }
        let captioned = CaptionedSample(
            sample: sample, images: images, chunks: TextChunk.chunks(of: text, fields))
        let wanted = captioned.placeCount
        guard wanted <= images.count else {
            throw ItemFailure(
                stage: .sample, message: "its text has a place for \(wanted) images, and there are \(images.count)")
        }
        if options.profile == .betterSynth, captioned.chunks.contains(where: { $0.imageCount == 0 }) {
            throw ItemFailure(stage: .sample, message: "its text has a chunk without an image")
        }
        return captioned
    }

    package func rows(of item: Item, answers: [ImageAnswer]) throws -> ItemRows {
        let captioned = try captioned(item)
        let sample = captioned.sample
        guard !answers.isEmpty else { return ItemRows(rows: [original(sample)]) }
        let errors = zip(tasks(of: captioned), answers).compactMap { task, answer -> ErrorRecord? in
            guard case .failure(let failure) = answer else { return nil }
            return ErrorRecord(failure, of: item, image: task.name.pictureName)
        }
        guard errors.isEmpty else { return ItemRows(rows: keptRows(of: item), errors: errors) }
        let candidates = answers.map { answer in
            guard let captions = try? answer.get().map(\.text), !captions.isEmpty else { return [""] }
            // A greedy search is not done again for what it would say again.
            return (0..<max(options.candidateCount, captions.count)).map { captions[$0 % captions.count] }
        }
        let texts = texts(for: captioned.chunks, candidates: candidates)
        return ItemRows(
            rows: (options.keepsOriginal ? [original(sample)] : []) + texts.map { rewritten(sample, text: $0) })
    }

    package func rows(of item: Item, failure: ItemFailure) -> ItemRows {
        ItemRows(rows: keptRows(of: item), errors: [ErrorRecord(failure, of: item)])
    }

    package func expectedRows(of item: Item, hasErrors: Bool) -> ExpectedRows {
        let hasCaptions = !hasErrors && (try? tasks(of: item))?.isEmpty == false
        let newCount = hasCaptions ? newRowCount + (options.keepsOriginal ? 1 : 0) : 1
        return ExpectedRows(count: hasErrors ? keptRowCount(of: item) : newCount) { row, number in
            guard case .sample(let sample) = item.content else { return false }
            return accepts(row, of: sample, isNew: hasCaptions && !(options.keepsOriginal && number == 0))
        }
    }

    private func accepts(_ row: [UInt8], of sample: Sample, isNew: Bool) -> Bool {
        guard isNew else { return original(sample).utf8.elementsEqual(row) }
        // A row is the sample's if it is what would have been written with that text.
        guard let members = try? JSONParser.parseObject(row).members,
            let text = members.value(of: fields.text)?.text
        else { return false }
        return rewritten(sample, text: text).utf8.elementsEqual(row)
    }

    package func remark(on item: Item) -> ItemRemark? {
        guard let captioned = try? captioned(item) else { return nil }
        let (imageCount, placeCount) = (captioned.images.count, captioned.placeCount)
        if imageCount == 0 { return .noImages }
        if placeCount == 0 {
            return .noPlace(token: captioned.sample.text.flatMap { fields.otherImageToken(in: $0) })
        }
        return imageCount > placeCount ? .unplacedImages(placed: placeCount, unplaced: imageCount - placeCount) : nil
    }

    private func keptRowCount(of item: Item) -> Int {
        if options.profile == nil, case .sample = item.content { 1 } else { 0 }
    }

    /// What is written of a sample without captions.
    private func keptRows(of item: Item) -> [String] {
        guard options.profile == nil, case .sample(let sample) = item.content else { return [] }
        return [original(sample)]
    }

    /// New texts, one for each new row.
    /// - Parameter candidates: for each image all its captions.
    private func texts(for chunks: [TextChunk], candidates: [[String]]) -> [String] {
        var texts = [String](repeating: "", count: newRowCount)
        var offset = 0
        let placement: CaptionPlacement = options.profile == nil ? .behindOwnImage : .asInDataJuicer
        for chunk in chunks {
            let words = chunk.words(fields)
            let chosen = candidates[offset..<offset + chunk.imageCount].map {
                options.candidateMode.choose(among: $0, oldText: words, seed: options.seed, profile: options.profile)
            }
            let tokens = chunk.tokens(fields)
            for row in texts.indices {
                // A chunk without an image has nothing that could be replaced.
                let isKept = chunk.imageCount == 0 && options.profile == nil
                texts[row] +=
                    (isKept ? chunk.text : placement.place(chosen.map { $0[row] }, in: tokens, fields))
                    + fields.endOfChunkToken
            }
            offset += chunk.imageCount
        }
        return texts
    }

    private func original(_ sample: Sample) -> String { row(sample, text: nil) }
    private func rewritten(_ sample: Sample, text: String) -> String { row(sample, text: text) }

    /// - Parameter text: nil for the old one.
    private func row(_ sample: Sample, text: String?) -> String {
        guard let profile = options.profile, let schema else {
            var replacements: [ExactString: JSONValue] = [:]
            if let text { replacements[ExactString(fields.text)] = .string(text) }
            if let images = sample[fields.images]?.elements {
                let paths = images.map { image in image.text.map { .string(sample.absolutePath($0, nil)) } ?? image }
                if paths != images { replacements[ExactString(fields.images)] = .array(paths) }
            }
            return finished(sample.line(replacing: replacements)) + "\n"
        }
        let members = schema.row(of: sample, text: text).members ?? []
        return finished(JSONValue.object(carrying(members, of: sample)).json(profile.style)) + "\n"
    }
}
