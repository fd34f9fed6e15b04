import CaptionerFiles
package import CaptionerJSON
import SystemPackage

/// Operators that a data set goes through, one after the other, and what is written of it: the rows that are kept, those
/// that are dropped, with reasons, and the numbers of the kept ones.
package struct OperatorPass: Sendable {
    /// What becomes of a kept row.
    package enum Place: Sendable {
        /// It is captioned next: its line as it was read with absolute paths of images, and all numbers.
        case beforeCaptions
        /// It was captioned: its row as a run wrote it.
        case afterCaptions
        /// Nothing is captioned: its row as a run would write it that changes nothing.
        case alone
    }

    package let operators: [DataOperator]
    package let place: Place
    package let profile: CompatibilityProfile?
    /// `keep_stats_in_res_ds`: whether rows that are not captioned next keep their numbers.
    package let keepsStats: Bool
    /// What answers the operators that ask a model, by what they call it.
    private let models: [JSONMember]

    package init(
        _ operators: [DataOperator], _ place: Place, profile: CompatibilityProfile? = nil, keepsStats: Bool = false
    ) {
        self.init(operators, place, profile: profile, keepsStats: keepsStats) { _ in nil }
    }

    /// - Parameter answering: the model that answers an operator; nil if there is none.
    /// - Throws: what `answering` throws.
    package init(
        _ operators: [DataOperator], _ place: Place, profile: CompatibilityProfile?, keepsStats: Bool,
        answering: (AskedModel) throws -> AnsweringModel?
    ) rethrows {
        (self.operators, self.place, self.profile, self.keepsStats) = (operators, place, profile, keepsStats)
        var models: [JSONMember] = []
        for asked in operators.compactMap(\.model) where !models.contains(where: { $0.key == asked.key }) {
            guard let model = try answering(asked) else { continue }
            models.append(JSONMember(asked.key, model.json))
        }
        self.models = models
    }

    /// What came of a data set.
    package struct Counts: Sendable, Equatable {
        package var total = 0
        package var kept = 0
        /// How many each operator dropped, in their order; what could not be judged among them.
        package var dropped: [Int] = []
        /// Lines that are no samples, or that a version of Data-Juicer does not load.
        package var unreadable = 0
        /// Rows that had numbers from before, which were computed anew.
        package var recomputed = 0

        package init() {}
    }

    /// The setting that identifies the models; absent if no operator asks one.
    package static let modelsSetting = "models"

    /// What rows and files depend on.
    package var settings: [JSONMember] {
        [
            JSONMember("operators", .array(operators.map { .object([JSONMember($0.name, $0.parameters)]) })),
            JSONMember("compat", profile.map { .string($0.rawValue) } ?? .null),
            JSONMember("keep_stats", .bool(keepsStats)),
        ] + (models.isEmpty ? [] : [JSONMember(Self.modelsSetting, .object(models))])
    }

    /// Checks that operators that ask a model have one.
    /// - Throws: `DataSetError.noSimilarityModel`.
    package func checkModels(_ similarities: (any SimilarityProvider)?) throws {
        for operation in operators where operation.model != nil && similarities == nil {
            throw DataSetError.noSimilarityModel(operation: operation.name)
        }
    }

    /// Goes through a data set and writes the files. Each appears whole, the rows last.
    /// - Parameters:
    ///   - columns: the data set whose columns rows have with a profile; nil for the input.
    ///   - similarities: the model for operators that ask one.
    /// - Throws: `FileError`, `DataSetError.noSimilarityModel`, `.noOrder`, `CancellationError`, and what the model
    ///   throws. The files that were there stay then.
    package func callAsFunction(
        _ input: DataSet, columns: DataSet? = nil, to files: PassFiles, similarities: (any SimilarityProvider)? = nil
    ) async throws -> Counts {
        try checkModels(similarities)
        let schema = try profile.map { try ColumnSchema(columns ?? input, $0) }
        let dropped = try DroppedRows(files.dropped)
        var judge = OperatorJudge(input, self, schema, similarities: similarities, dropped: dropped)
        judge.counts.total = input.count
        var rows: any RowReading = InputRows(items: try input.items(0..<input.count))
        var rest = operators[...]
        // Which of the rows that were laid aside are kept, in their order; nil for all.
        var numbers: [Int32]?
        var spool = try RowSpool(beside: files.rows)
        var count: Int32 = 0
        func append(_ row: JudgedRow) throws {
            try spool.append(row.spooled, as: count)
            count += 1
        }
        repeat {
            let filters = rest.prefix { !$0.needsAll }
            rest = rest.dropFirst(filters.count)
            spool = try RowSpool(beside: files.rows)
            count = 0
            let place = rest.startIndex
            guard case .selector(let selector)? = rest.popFirst()?.kind else {
                while let batch = try await rows.next(&judge) {
                    try Task.checkCancellation()
                    for row in try await judge.kept(of: batch, by: filters) { try append(row) }
                }
                numbers = nil
                break
            }
            var keys: [FieldSelector.Key] = []
            while let batch = try await rows.next(&judge) {
                try Task.checkCancellation()
                for row in try await judge.kept(of: batch, by: filters) {
                    do {
                        keys.append(try selector.key(of: row.members, profile))
                        try append(row)
                    } catch let failure as ItemFailure {
                        try judge.drop(row, by: place, "cannot be judged: \(failure.message)")
                    }
                }
            }
            let chosen = try judge.chosen(selector, place, among: keys, in: spool).map { Int32($0) }
            rows = SpooledRows(spool: spool, rest: chosen[...])
            numbers = chosen
        } while !rest.isEmpty
        let kept = numbers ?? Array(0..<count)
        try write(kept, of: spool, judge, schema, to: files)
        judge.counts.kept = kept.count
        try dropped.finish()
        return judge.counts
    }

    /// Writes what was kept.
    private func write(
        _ kept: [Int32], of spool: RowSpool, _ judge: OperatorJudge, _ schema: ColumnSchema?, to files: PassFiles
    ) throws {
        let format = PassRow(
            place: place, profile: profile, keepsStats: keepsStats && judge.hasStats, schema: schema,
            floatLists: judge.floatLists)
        let stats = judge.hasStats ? try files.stats.map { try WholeFile($0) } : nil
        if !judge.hasStats { try files.stats?.written.remove() }
        let rows = try WholeFile(files.rows)
        try spool.read(kept) { bytes in
            try Task.checkCancellation()
            let row = try judge.row(bytes)
            try rows.append(format.text(of: row.sample, row.stats) + "\n")
            try stats?.append(format.statsText(row.stats) + "\n")
        }
        if let stats {
            try stats.flush()
            try stats.commit()
        }
        try rows.flush()
        try rows.commit()
    }
}
