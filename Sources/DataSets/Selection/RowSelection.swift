import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// Chooses rows of a scored data set: those with scores in a range, then one of duplicates, then the best.
///
/// The file is read twice, and of a row no more than some numbers stays in memory. Rows that are kept are written byte for
/// byte as they were read; what is not kept goes into a file of its own, each row with the reason.
package struct RowSelection: Sendable {
    /// The field with the score; nil for the first of the usual ones that a row has.
    package var field: ScoreField?
    package var range = ScoreRange()
    package var duplicates: DuplicateRule?
    package var ranks = RankCut()
    /// Whether rows are written from the best to the worst, and not in the data set's order.
    package var isOrderedByScore = false
    /// What relative paths of images are relative to; nil for the data set's folder.
    package var images: FilePath?
    /// The field with the images of a sample.
    package var imagesKey = DataSetFields().images
    /// How many images are read at once.
    package var threadCount = 1

    package init() {}

    /// Reports the share that is done of a piece of work.
    package typealias Progress = (_ share: Double, _ work: String) -> Void

    /// Whether rows without a score are dropped.
    private var needsScores: Bool {
        field != nil || !range.isUnlimited || !ranks.isUnlimited || isOrderedByScore
    }

    private var judge: RowJudge { RowJudge(range: range, needsScores: needsScores, field: field) }

    /// Writes both files; they appear when they are whole.
    /// - Parameters:
    ///   - dropped: the file for rows that are not kept.
    /// - Throws: `FileError.unreadableFile`, also where no row has a score, and `.unwritableOutput`;
    ///   `DataSetError.outputIsInput` and `.sameOutput` before anything is written; `CancellationError`.
    package func callAsFunction(
        _ input: FilePath, to output: FilePath, dropped: FilePath, progress: Progress
    ) async throws -> SelectionSummary {
        let outputs = [output, dropped]
        var embeddings: EmbeddingFolder?
        if case .similarity(let folder, _, _) = duplicates { embeddings = try EmbeddingFolder(folder) }
        try OutputFile.check(outputs, against: [input] + (embeddings?.files ?? []))
        for path in outputs { try OutputFile.check(path) }
        let dataSet = try DataSet(path: input)
        var summary = SelectionSummary()
        var judge = judge
        var table = try await scan(dataSet, outputs, &judge, &summary, embeddings, progress)
        let field = judge.field
        summary.before = ScoreDistribution(table.scores)
        var order: [Int32]?
        if !ranks.isUnlimited || isOrderedByScore {
            let best = table.rank(ranks)
            if isOrderedByScore { order = best }
        }
        summary.after = ScoreDistribution(table.kept.lazy.map { table.scores[Int($0)] })
        summary.field = field?.name.string
        summary.count(table) { $0.text(self, field: field, ranks: table.keptRanks) }
        try SelectionWriter(selection: self, dataSet: dataSet, table: table, judge: judge)
            .write(to: output, dropped: dropped, order: order)
        return summary
    }

    /// The first reading: scores, ranges and duplicates.
    private func scan(
        _ dataSet: DataSet, _ outputs: [FilePath], _ judge: inout RowJudge, _ summary: inout SelectionSummary,
        _ embeddings: EmbeddingFolder?, _ progress: Progress
    ) async throws -> RowTable {
        guard dataSet.count < Int32.max else {
            throw FileError.unreadableFile(dataSet.path, cause: "it has more than \(Int32.max) rows")
        }
        var table = RowTable()
        table.scores.reserveCapacity(dataSet.count)
        table.reasons.reserveCapacity(dataSet.count)
        var keys: ImageKeys?
        switch duplicates {
        case .exact: keys = ImageKeys(isPerceptual: false, threadCount: threadCount)
        case .perceptualHash: keys = ImageKeys(isPerceptual: true, threadCount: threadCount)
        default: break
        }
        var embedded = try embeddings.map { try EmbeddedImages($0, of: dataSet.path) }
        let imageFolder = images?.absolute ?? dataSet.folder
        let archives = ArchivedMembers()
        var (problem, noObject): (String?, String?)
        var lines = try dataSet.lines()
        while let line = try lines.next() {
            let row = Int32(table.count)
            table.contents.add(line.bytes ?? [])
            let verdict = judge.verdict(on: line)
            table.scores.append(verdict.score)
            table.reasons.append(verdict.reason)
            if problem == nil, verdict.reason == .missing || verdict.reason == .noNumber {
                problem = "line \(lines.reader.lineCount): \(verdict.detail ?? missing(judge.field))"
            }
            if verdict.members == nil, noObject == nil {
                noObject = "line \(lines.reader.lineCount): \(verdict.detail ?? "")"
            }
            if duplicates == nil { continue }
            let images = verdict.members.flatMap {
                RowImages(of: $0, key: imagesKey, in: imageFolder, archives)
            }
            try embedded?.add(images?.names ?? [])
            guard keys != nil, verdict.reason == nil else { continue }
            try OutputFile.check(outputs, against: images?.files ?? [])
            try await keys?.add(images, of: row)
            if row % 64 == 0 { progress(Double(row) / Double(dataSet.count), "images") }
        }
        if let noObject, table.reasons.allSatisfy({ $0 == .noObject }) {
            throw FileError.unreadableFile(dataSet.path, cause: "\(noObject), nor is any other line a JSON object")
        }
        if needsScores, let problem, !table.scores.contains(where: { !$0.isNaN }) {
            throw FileError.unreadableFile(
                dataSet.path, cause: "\(problem), nor has any other row a score; --field names another field")
        }
        if var keys {
            table.drop(try await keys.duplicates(table.scores))
            if keys.hasOnlyFailures {
                throw FileError.unreadableFile(
                    dataSet.path,
                    cause: "no image of any row can be read: \(keys.firstFailure ?? ""); --images names another folder")
            }
            (summary.unreadableCount, summary.firstUnreadable) = (keys.failedCount, keys.firstFailure)
        }
        if let embeddings, var embedded, case .similarity(_, let maximum, let products) = duplicates {
            try embedded.finish()
            let similar = SimilarRows(embeddings: embeddings, maximum: Float(maximum), products: products)
            let rows = RankCut.ranked(table.kept, by: table.scores)
            table.drop(try similar.duplicates(among: rows, &embedded) { progress($0, "pairs of images") })
            (summary.unreadableCount, summary.firstUnreadable) = (embedded.failedCount, embedded.firstFailure)
        }
        return table
    }

    /// What a row lacks.
    private func missing(_ field: ScoreField?) -> String {
        let names = (field.map { [$0] } ?? ScoreField.usual).map { "\"\($0.name)\"" }
        return "no \(names.joined(separator: " and no "))"
    }
}
