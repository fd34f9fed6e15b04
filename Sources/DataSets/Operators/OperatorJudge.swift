import CaptionerFiles
import CaptionerJSON

/// A row in a pass.
struct JudgedRow {
    let index: Int
    let sample: Sample
    var stats: SampleStats

    /// What is laid aside of it: its index and numbers, a line each, and its own line.
    var spooled: [UInt8] { Array("\(index)\n\(stats.json.json())\n".utf8) + sample.line }

    /// The row's fields with the numbers that it has now.
    var members: [JSONMember] {
        sample.members.filter { $0.illFormedKey != nil || $0.key != ExactString(SampleStats.field) }
            + [JSONMember(SampleStats.field, stats.json)]
    }
}

/// Judges rows, keeps count, and lays aside what is dropped.
struct OperatorJudge {
    var counts = OperatorPass.Counts()
    private let input: DataSet
    private let pass: OperatorPass
    private let schema: ColumnSchema?
    private let similarities: (any SimilarityProvider)?
    private let dropped: DroppedRows
    /// For how many rows, up to a thousand, sizes of images were computed, and whether any has no image.
    private var sizeRows = (count: 0, withoutImages: false)

    /// Whether rows have numbers: where no filter was, there are none.
    private(set) var hasStats: Bool

    /// What each deduplicator has met, by its place among the operators.
    private var seen: [Int: Set<ImageKey>] = [:]

    init(
        _ input: DataSet, _ pass: OperatorPass, _ schema: ColumnSchema?, similarities: (any SimilarityProvider)?,
        dropped: DroppedRows
    ) {
        (self.input, self.pass, self.schema) = (input, pass, schema)
        (self.similarities, self.dropped) = (similarities, dropped)
        counts.dropped = pass.operators.map { _ in 0 }
        hasStats = pass.operators.contains { if case .filter = $0.kind { true } else { false } }
    }

    /// Lists whose whole numbers are floats in Data-Juicer of 2024: those of image sizes where one of the first thousand
    /// samples has no image, since it gives that one an empty list of floats, and those thousand decide on the type.
    var floatLists: Set<String> {
        pass.profile == .betterSynth && sizeRows.withoutImages ? Set(ImageSizeFilter.statNames) : []
    }

    /// A row of an item; nil for what is none, which is laid aside.
    mutating func row(of item: Item) throws -> JudgedRow? {
        let failure: ItemFailure
        do throws(ItemFailure) {
            let sample = try item.sample()
            if pass.profile != nil {
                if sample.hasIllFormedKeys {
                    throw ItemFailure(
                        stage: .sample,
                        message: "a name in it has half of a surrogate pair, such as \\ud800, which is no character")
                }
                // Data-Juicer loads no others.
                _ = try sample.requiredText()
            }
            if sample[SampleStats.field] != nil { hasStats = true }
            guard let schema, pass.place != .afterCaptions else {
                return JudgedRow(index: item.index, sample: sample, stats: SampleStats(of: sample))
            }
            guard let stats = schema.stats(of: sample) else {
                throw ItemFailure(stage: .sample, message: "its \"\(SampleStats.field)\" is missing or no object")
            }
            return JudgedRow(index: item.index, sample: sample, stats: SampleStats(stats))
        } catch {
            failure = error
        }
        counts.unreadable += 1
        try dropped.append(
            item.index, id: item.id, operation: nil, reason: failure.message, stats: nil, line: try? item.sample().line)
        return nil
    }

    /// The rows that filters keep, with what they computed.
    /// - Parameter filters: some of the pass's operators, by their indices there.
    mutating func kept(of batch: [JudgedRow], by filters: ArraySlice<DataOperator>) async throws -> [JudgedRow] {
        var rows = batch
        for place in filters.indices where !rows.isEmpty {
            switch filters[place].kind {
            case .filter(let filter): rows = try await kept(of: rows, by: filter, place)
            case .deduplicator(let deduplicator): rows = try await kept(of: rows, by: deduplicator, place)
            case .selector: preconditionFailure("OperatorJudge: a selector among filters")
            }
        }
        return rows
    }

    /// The rows that are the first with their images.
    private mutating func kept(
        of rows: [JudgedRow], by deduplicator: ImageDeduplicator, _ place: Int
    ) async throws -> [JudgedRow] {
        let keys = try await deduplicator.keys(of: rows.map { JudgedSample(sample: $0.sample, profile: pass.profile) })
        var kept: [JudgedRow] = []
        for (row, key) in zip(rows, keys) {
            switch key {
            case .failure(let failure): try drop(row, by: place, "cannot be judged: \(failure.message)")
            case .success(let key?) where !seen[place, default: []].insert(key).inserted:
                try drop(row, by: place, "its images are those of a sample before, by their perceptual hashes")
            case .success: kept.append(row)
            }
        }
        return kept
    }

    private mutating func kept(
        of rows: [JudgedRow], by filter: any SampleFilter, _ place: Int
    ) async throws -> [JudgedRow] {
        let names = type(of: filter).statNames
        // Data-Juicer computes nothing that is there, be it of another text.
        let isComputed = rows.map { pass.profile == nil || $0.stats.values(of: names) == nil }
        if pass.profile == nil {
            counts.recomputed += rows.count { SampleStats(of: $0.sample).values(of: names) != nil }
        }
        let samples = zip(rows, isComputed).filter(\.1).map { JudgedSample(sample: $0.0.sample, profile: pass.profile) }
        var answers = try await filter.stats(of: samples, by: similarities)[...]
        var kept: [JudgedRow] = []
        for (row, isComputed) in zip(rows, isComputed) {
            var row = row
            let reason: String?
            do throws(ItemFailure) {
                if isComputed, let answer = answers.popFirst() {
                    var values = try answer.get()
                    if filter is ImageSizeFilter { noteSizes(of: values) }
                    if schema?.hasFreeStats == true { values = values.map(\.asKeptByDataJuicer16) }
                    row.stats.set(names, to: values)
                }
                let values = row.stats.values(of: names) ?? []
                let found = zip(names, values).map { "\($0) is \($1.json())" }.joined(separator: ", ")
                reason = try filter.keeps(values) ? nil : "\(found); kept is \(filter.rangeText)"
            } catch {
                reason = "cannot be judged: \(error.message)"
            }
            if let reason { try drop(row, by: place, reason) } else { kept.append(row) }
        }
        return kept
    }

    private mutating func noteSizes(of values: [JSONValue]) {
        guard sizeRows.count < 1000 else { return }
        sizeRows.count += 1
        if values.first?.elements?.isEmpty ?? true { sizeRows.withoutImages = true }
    }

    /// Lays a row aside.
    /// - Parameter place: the operator's among those of the pass.
    mutating func drop(_ row: JudgedRow, by place: Int, _ reason: String) throws {
        counts.dropped[place] += 1
        try dropped.append(
            row.index, id: row.sample.id, operation: pass.operators[place].name, reason: reason, stats: row.stats,
            line: row.sample.line)
    }

    /// The rows that a selector takes; the others are laid aside.
    mutating func chosen(
        _ selector: FieldSelector, _ place: Int, among keys: [FieldSelector.Key], in spool: RowSpool
    ) throws -> [Int] {
        let chosen: [Int]
        do throws(ItemFailure) {
            chosen = try selector.chosen(among: keys)
        } catch {
            throw DataSetError.noOrder(field: selector.field, cause: error.message)
        }
        let taken = Set(chosen)
        let rest = (0..<Int32(keys.count)).filter { !taken.contains(Int($0)) }
        let reason = "not among the \(chosen.count) of \(keys.count) that are taken by \(selector.field)"
        try spool.read(rest) { try drop(row($0), by: place, reason) }
        return chosen
    }

    /// A row that was laid aside.
    /// - Throws: `JSONError` for what is none.
    func row(_ spooled: [UInt8]) throws -> JudgedRow {
        let parts = spooled.split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let index = Int(String(decoding: parts[0], as: UTF8.self)),
            let stats = try JSONParser.parse(parts[1], .row).members
        else { throw JSONError(offset: 0, message: "no row that was laid aside") }
        return JudgedRow(
            index: index, sample: try Sample(line: Array(parts[2]), fields: input.names, folder: input.folder),
            stats: SampleStats(stats))
    }
}

extension Item {
    /// - Throws: `ItemFailure` for what is none.
    fileprivate func sample() throws(ItemFailure) -> Sample {
        switch content {
        case .sample(let sample): return sample
        case .badLine(let message): throw ItemFailure(stage: .sample, message: message)
        case .image, .archived: throw ItemFailure(stage: .sample, message: "an image, and no sample of a data set")
        }
    }
}
