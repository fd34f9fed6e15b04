import CaptionerJSON

/// The samples of a data set with captions for texts: what `image_captioning_mapper` makes of them.
///
/// Without a profile rows are the lines that were read but for texts and image paths, which become absolute; captions
/// follow their own images; and a sample that cannot be captioned is kept as it is. With one, rows, oddities
/// included, are those of that version of Data-Juicer, and samples that it loses are left out.
struct SampleRows: RowFormat {
    package let fields: DataSetFields
    package let options: RewritingOptions
    /// What Data-Juicer makes of the data set's columns; with a profile only.
    let schema: ColumnSchema?
    /// Where texts are scored.
    var scoring: ScoringRules?

    package var header: String { "" }
    package var hasQuotedLineBreaks: Bool { false }

    /// How many rows the captions of a sample make.
    private var newRowCount: Int { options.candidateMode == .all ? options.candidateCount : 1 }

    package func tasks(of item: Item) throws(ItemFailure) -> [CaptionTask] {
        tasks(of: try captioned(item))
    }

    private func tasks(of captioned: CaptionedSample) -> [CaptionTask] {
        // Data-Juicer opens images that have no token, too.
        let used = options.profile == nil ? captioned.images.prefix(captioned.placeCount) : captioned.images[...]
        var tasks = used.enumerated().map { captioned.sample.captionTask(for: $1, at: $0, options.profile) }
        guard scoring != nil else { return tasks }
        // Images that no chunk has a place for have no text to be scored.
        for index in captioned.placeCount..<max(captioned.placeCount, tasks.count) { tasks[index].group = -1 }
        for (number, chunk) in captioned.placed.enumerated() {
            for image in chunk.images {
                tasks[image].oldText = chunk.chunk.words(fields)
                tasks[image].group = number
            }
        }
        return tasks
    }

    /// A sample that captions can be put into.
    private struct CaptionedSample {
        let sample: Sample
        let images: [String]
        let chunks: [TextChunk]

        /// How many images its text has a place for.
        var placeCount: Int { chunks.reduce(0) { $0 + $1.imageCount } }

        /// The chunks, and which of the images belong to each.
        var placed: [(chunk: TextChunk, images: Range<Int>)] {
            var end = 0
            return chunks.map { chunk in
                defer { end += chunk.imageCount }
                return (chunk, end..<end + chunk.imageCount)
            }
        }
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

    package func rows(of item: Item, answers: [ImageAnswer], scores: ItemScores?) throws -> ItemRows {
        let captioned = try captioned(item)
        let answers = options.edits?.edited(answers, of: tasks(of: captioned)) ?? answers
        let sample = captioned.sample
        let scores = scoring == nil ? nil : scores
        guard !answers.isEmpty else {
            return ItemRows(rows: [row(sample, text: nil, stats: scores.flatMap { stats([], $0) })])
        }
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
        let sparedImages = answers.map { (try? $0.get().first)?.isOld == true }
        let logProbabilities = answers.map { (try? $0.get().first)?.logProbability ?? 0 }
        let placed = captioned.placed
        let old = placed.map { rowChunk($0, newText: nil, logProbabilities, scores) }
        let newRows = texts(for: placed, candidates: candidates, scores).map { texts in
            zip(placed, texts).map { chunk, text in
                let isSpared = !chunk.images.isEmpty && chunk.images.allSatisfy { sparedImages[$0] }
                return rowChunk(chunk, newText: isSpared ? nil : text, logProbabilities, scores)
            }
        }
        var result = ItemRows(
            rows: ((options.keepsOriginal ? [old] : []) + newRows).map { chunks in
                let isOld = chunks.allSatisfy { $0.kept != .new }
                let text = chunks.map { $0.text + fields.endOfChunkToken }.joined()
                return row(sample, text: isOld ? nil : text, stats: scores.flatMap { stats(chunks, $0) })
            })
        guard scores != nil, let chunks = newRows.first else { return result }
        for (chunk, images) in zip(chunks, placed.map(\.images)) {
            let words = TextChunk(text: chunk.text, imageCount: images.count).words(fields)
            result.texts += images.map { .init(image: $0, text: words) }
        }
        return result
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
        let hasStats = scoring?.writesStats == true
        if !isNew || scoring?.mayKeepOld == true || hasStats, original(sample).utf8.elementsEqual(row) { return true }
        guard isNew || hasStats else { return false }
        // A row is the sample's if it is what would have been written with that text and those statistics.
        guard let members = try? JSONParser.parseObject(row).members,
            let text = members.value(of: fields.text)?.text
        else { return false }
        let stats = hasStats ? members.value(of: SampleStats.field) : nil
        let texts = isNew ? [text, nil] : [nil]
        return texts.contains { self.row(sample, text: $0, stats: stats).utf8.elementsEqual(row) }
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

    /// New texts: for each new row, of each chunk.
    /// - Parameter candidates: for each image all its captions.
    private func texts(
        for chunks: [(chunk: TextChunk, images: Range<Int>)], candidates: [[String]], _ scores: ItemScores?
    ) -> [[String]] {
        var texts = [[String]](repeating: [], count: newRowCount)
        let placement: CaptionPlacement = options.profile == nil ? .afterOwnImage : .asInDataJuicer
        for (chunk, images) in chunks {
            let words = chunk.words(fields)
            let chosen = images.map { image in
                options.candidateMode.choose(
                    among: candidates[image], oldText: words, seed: options.seed, profile: options.profile,
                    similarity: { scores?.similarity(of: image, $0) ?? 0 })
            }
            let tokens = chunk.tokens(fields)
            for row in texts.indices {
                // A chunk without an image has nothing that could be replaced.
                let isKept = chunk.imageCount == 0 && options.profile == nil
                texts[row].append(
                    isKept ? chunk.text : placement.place(chosen.map { $0[row] }, in: tokens, fields))
            }
        }
        return texts
    }

    private func original(_ sample: Sample) -> String { row(sample, text: nil, stats: nil) }

    /// - Parameters:
    ///   - text: nil for the old one.
    ///   - stats: what it gets as `__dj__stats__`, which may hold the sample's own.
    func row(_ sample: Sample, text: String?, stats: JSONValue?) -> String {
        let stats = stats.map { ScoreStats.merged($0, into: sample, options.profile) }
        guard let profile = options.profile, let schema else {
            var replacements: [ExactString: JSONValue] = [:]
            if let text { replacements[ExactString(fields.text)] = .string(text) }
            if let images = sample[fields.images]?.elements {
                let paths = images.map { image in image.text.map { .string(sample.absolutePath($0, nil)) } ?? image }
                if paths != images { replacements[ExactString(fields.images)] = .array(paths) }
            }
            let line =
                stats.map { sample.line(setting: SampleStats.field, to: $0, replacing: replacements) }
                ?? sample.line(replacing: replacements)
            return finished(line) + "\n"
        }
        var members = carrying(schema.row(of: sample, text: text).members ?? [], of: sample)
        if let stats { members = ScoreStats.setting(stats, in: members) }
        return finished(JSONValue.object(members).json(profile.style)) + "\n"
    }
}
