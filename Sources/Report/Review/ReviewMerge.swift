import CaptionerDataSets
import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// Brings decisions and an output together.
struct ReviewMerge {
    let state: ReviewState
    let content: Report.Content
    let output: FilePath

    /// `captions.reviewed.jsonl` for `captions.jsonl` and for `captions.jsonl.gz`.
    static func standardPath(of output: FilePath) -> FilePath {
        var path = output
        if let stem = path.exactStem, path.lastComponentBytes?.dropFirst(stem.count).elementsEqual(".gz".utf8) == true {
            path = path.replacingLastComponent(stem)
        }
        let (stem, name) = (path.exactStem ?? [], path.lastComponentBytes ?? [])
        return path.replacingLastComponent(stem + ".reviewed".utf8 + name.dropFirst(stem.count))
    }

    /// - Parameter made: the size and checksum of what was merged there before.
    /// - Throws: `FileError.outputExists` for another file, `DataSetError.outputIsInput`.
    func check(_ path: FilePath, made: FilePrefix?, overwrites: Bool) throws {
        let files = RunFiles(output: output)
        try OutputFile.check([path] + files.possible + [files.review], against: content.inputs)
        guard OutputFile.exists(path), !overwrites else { return }
        guard let made, made.byteCount == FileStatus(path)?.size else {
            throw FileError.outputExists(path: path.escaped)
        }
        let rows = try RowReader(path: path, hasQuotedLineBreaks: false)
        while try rows.next() != nil {}
        guard made == rows.prefix else { throw FileError.outputExists(path: path.escaped) }
    }

    /// By the key of each row of which something was decided, the key that this was decided under: a row may have been on
    /// another line before.
    private func decidedRows() throws -> [RowKey: RowKey] {
        var keys = RowKeys()
        let rows = try OutputRows(path: output)
        while let row = try rows.next() { keys.add(RowKey(row)) }
        return Dictionary(keys.current(state.touchedRows).map { ($1, $0) }) { first, _ in first }
    }

    /// Each row that is whole.
    private func forEachRow(
        header: ([UInt8]) throws -> Void = { _ in }, _ body: (OutputRows.Row, RowEditor) throws -> Void
    ) throws {
        let rows = try OutputRows(path: output)
        var next = try rows.next()
        if let line = rows.header { try header(line) }
        let editor = RowEditor(rows, content)
        while let row = next {
            next = try rows.next()
            if next == nil, !rows.endsWithLineBreak {
                let isWhole =
                    rows.csv.map { $0.row(row.bytes) != nil } ?? ((try? JSONParser.parse(row.bytes, .row)) != nil)
                guard isWhole else { break }
            }
            try body(row, editor)
        }
    }

    /// - Returns: also the size and checksum of the file.
    func rows(into path: FilePath, decidedOnly: Bool) throws -> (ReviewSummary, FilePrefix) {
        var summary = ReviewSummary(path: path)
        let decided = try decidedRows()
        let prefix = try WholeFile.write(to: path) { file in
            func append(_ line: [UInt8]) throws { try file.append(line + [UInt8(ascii: "\n")]) }
            try forEachRow(header: append) { row, editor in
                let review = decided[RowKey(row)].map { state[$0] } ?? RowReview()
                guard review.decision != .rejected, review.decision != .open || !decidedOnly else {
                    summary.rejected += 1
                    return
                }
                var line = row.bytes
                if let captions = review.captions {
                    do throws(RowEditError) {
                        line = Array(try editor.editable(row).line(with: captions).utf8)
                        summary.changed += 1
                    } catch {
                        summary.add(remark: "line \(row.line) stays as it is: \(error)")
                    }
                }
                try append(line)
                summary.written += 1
            }
            try file.flush()
            return file.prefix
        }
        return (summary, prefix)
    }

    func sidecars() throws -> ReviewSummary {
        var summary = ReviewSummary()
        let files = RunFiles(output: output)
        var revision = SidecarRevision(
            content.sidecars, protecting: files.possible + [files.review] + content.inputs)
        // A text belongs to the first of several images, also if nothing was decided of that.
        try forEachRow { row, editor in
            if let image = try? editor.image(of: row) {
                revision.claim(for: row.line, beside: content.finder.picture(image))
            }
        }
        let decided = try decidedRows()
        try forEachRow { row, editor in
            guard let key = decided[RowKey(row)] else { return }
            try Task.checkCancellation()
            let review = state[key]
            // Of a row that is undecided again there may be a text with what it was.
            let former = state.formerCaptions(of: key)
            if review.decision == .open, former.isEmpty { return }
            do {
                let original: [String]
                switch Result(catching: { () throws(RowEditError) in try editor.editable(row).captions }) {
                case .success(let captions): original = captions
                // Where there was no caption there is no text of one.
                case .failure where review.decision == .rejected: return
                case .failure(let error): throw error
                }
                let picture = content.finder.picture(try editor.image(of: row))
                guard picture.exists else { throw RowEditError.fixed("its image is not there") }
                if review.decision == .open, !revision.hasText(beside: picture) { return }
                let outcome = try revision.apply(
                    review.decision == .rejected ? nil : review.captions ?? original,
                    former: [original] + former, for: row.line, beside: picture)
                switch outcome {
                case .removed: summary.rejected += 1
                case .unchanged: if review.decision != .rejected { summary.written += 1 }
                case .written:
                    summary.written += 1
                    summary.changed += 1
                }
            } catch let error where error is RowEditError || error is ItemFailure {
                summary.add(remark: "line \(row.line): \((error as? ItemFailure)?.message ?? "\(error)")")
            }
        }
        return summary
    }
}
