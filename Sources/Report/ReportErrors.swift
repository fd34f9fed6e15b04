import CaptionerDataSets
import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// The error records beside an output of samples, `OUTPUT.errors.jsonl`. Records of images have their errors themselves.
struct ReportErrors {
    private var records: [(index: Int, row: ReportRow)] = []

    /// Reads as far as there are records: of a run that is still running the last may be cut off.
    /// - Returns: nil if there is no such file.
    init?(path: FilePath) {
        guard let reader = try? LineReader(path: path) else { return nil }
        while let line = try? reader.next() {
            guard let bytes = line.bytes, let record = try? ErrorRecord(line: bytes) else { continue }
            var row = ReportRow(kind: .image, index: record.index)
            row.id = record.id?.shownText
            row.images = record.image.map { [$0] } ?? []
            row.failure = ReportRow.Failure(stage: record.stage, message: record.message)
            // A sample of several images may have several errors; the first says enough.
            if records.last?.index != record.index { records.append((record.index, row)) }
        }
    }

    /// Rows that have a key, all of them or those without an id.
    private struct Search: Hashable {
        let key: ExactString
        let isWithoutID: Bool
    }

    /// Gives samples that were left as they were their errors; those that were left out become rows.
    /// - Parameters:
    ///   - isWhole: whether the rows are all that the output has.
    ///   - key: what an image is found by.
    func merge(into rows: inout [ReportRow], isWhole: Bool, key: (String) -> ExactString) {
        let index = RowIndex(rows, key: key)
        // Samples that nothing finds, and that have no text, failed for that.
        var bare = rows.indices.filter { rows[$0].id == nil && rows[$0].images.isEmpty && rows[$0].captions.isEmpty }[
            ...]
        var missing: [Int: ReportRow] = [:]
        // How far the rows of each search were gone through: what was passed over is so for good.
        var places: [Search: Int] = [:]
        func next(_ search: Search) -> Int? {
            let candidates = index[search.key]
            var place = places[search] ?? 0
            defer { places[search] = place }
            while place < candidates.count {
                let row = rows[candidates[place]]
                if row.failure == nil, !search.isWithoutID || row.id == nil { return candidates[place] }
                place += 1
            }
            return nil
        }
        for record in records {
            let error = record.row
            // Another sample may have the same image, or the same id.
            let keys = RowIndex.keys(id: error.id, images: error.images.map(key))
                .prefix(error.images.isEmpty ? 1 : error.id == nil ? 1 : 2)
            // Of the rows with the image alone those with the same id were found by the key before.
            var found: Int?
            for (number, key) in keys.enumerated() where found == nil {
                found = next(Search(key: key, isWithoutID: number == 1))
            }
            if keys.isEmpty { found = bare.popFirst() }
            guard let number = found else {
                missing[record.index] = record.row
                continue
            }
            rows[number].failure = error.failure
            rows[number].oldCaption = rows[number].captions.first
            rows[number].captions = []
            rows[number].scores = nil
        }
        // The others are in between, where they would have been.
        var merged: [ReportRow] = []
        func addMissing() {
            while let row = missing.removeValue(forKey: merged.count) { merged.append(row) }
        }
        for row in rows {
            addMissing()
            merged.append(row)
            merged[merged.count - 1].index = merged.count - 1
        }
        addMissing()
        if isWhole { merged += missing.values.sorted { $0.index < $1.index } }
        rows = merged
    }
}
