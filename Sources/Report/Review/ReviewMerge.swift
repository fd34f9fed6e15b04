import CaptionerDataSets
import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// What was written.
package struct ReviewSummary: Sendable, Equatable, CustomStringConvertible {
    /// Where rows went; nil for texts beside images.
    package var path: FilePath?
    /// Rows, or texts that are as decided.
    package var written = 0
    package var changed = 0
    /// Rows that are left out, or texts that were removed.
    package var rejected = 0
    /// What was left alone, and why: the first of it.
    package var remarks: [String] = []
    package var remarkCount = 0

    /// A sentence for people.
    package var description: String {
        let parts =
            path == nil
            ? ["\(written) texts beside images are as decided, \(changed) of them written now", "\(rejected) removed"]
            : ["\(written) rows, \(changed) of them edited", "\(rejected) left out"]
        let place = path.map { " in \($0.escaped)" } ?? ""
        let left = remarkCount == 0 ? "" : "; \(remarkCount) left as they are"
        return parts.joined(separator: ", ") + place + left
    }

    mutating func add(remark: String) {
        remarkCount += 1
        if remarks.count < 100 { remarks.append(remark) }
    }
}

/// Brings decisions and an output together.
struct ReviewMerge {
    let state: ReviewState
    let content: Report.Content
    let output: FilePath

    /// `captions.reviewed.jsonl` for `captions.jsonl` and for `captions.jsonl.gz`.
    static func standardPath(of output: FilePath) -> FilePath {
        let name = { (path: FilePath) in FilePath(root: nil, path.components.suffix(1)).bytes }
        var path = output
        if name(path).suffix(3).elementsEqual(".gz".utf8), let stem = path.exactStem {
            path = path.replacingLastComponent(stem)
        }
        let stem = path.exactStem ?? []
        return path.replacingLastComponent(stem + ".reviewed".utf8 + name(path).dropFirst(stem.count))
    }

    /// - Parameter made: the size and checksum of what was merged there before.
    /// - Throws: `FileError.outputExists` for another file, `DataSetError.outputIsInput`.
    static func check(_ path: FilePath, made: FilePrefix?, _ output: FilePath, overwrites: Bool) throws {
        try OutputFile.check([path], against: RunFiles(output: output).possible + [RunFiles(output: output).review])
        guard OutputFile.exists(path), !overwrites else { return }
        var prefix = FilePrefix()
        if made?.byteCount == FileStatus(path)?.size {
            let rows = try RowReader(path: path, hasQuotedLineBreaks: false)
            while try rows.next() != nil {}
            prefix = rows.prefix
        }
        guard made == prefix else { throw FileError.outputExists(path: path.escaped) }
    }

    /// Each row that is whole, with the key of what was decided of it.
    private func forEachRow(
        header: ([UInt8]) throws -> Void, _ body: (OutputRows.Row, RowKey?, RowEditor) throws -> Void
    ) throws {
        var keys = RowKeys()
        let all = try OutputRows(path: output)
        while let row = try all.next() { keys.add(RowKey(row)) }
        // What was decided of a row may be of the line that it stood on before.
        var decided: [RowKey: RowKey] = [:]
        for key in state.decidedRows { if let current = keys.current(key) { decided[current] = key } }
        let rows = try OutputRows(path: output)
        var next = try rows.next()
        if let line = rows.header { try header(line) }
        let editor = RowEditor(rows, content)
        while let row = next {
            next = try rows.next()
            let isCutOff = next == nil && rows.header == nil && !rows.endsWithLineBreak
            if isCutOff, (try? JSONParser.parse(row.bytes, .row)) == nil { break }
            try body(row, decided[RowKey(row)], editor)
        }
    }

    /// - Returns: also the size and checksum of the file.
    func rows(into path: FilePath, decidedOnly: Bool) throws -> (ReviewSummary, FilePrefix) {
        var summary = ReviewSummary(path: path)
        let prefix = try WholeFile.write(to: path) { file in
            func append(_ line: [UInt8]) throws { try file.append(line + [UInt8(ascii: "\n")]) }
            try forEachRow(header: append) { row, key, editor in
                let review = key.map { state[$0] } ?? RowReview()
                if review.decision == .rejected { summary.rejected += 1 }
                guard review.decision != .rejected, review.decision != .open || !decidedOnly else { return }
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
        var revision = SidecarRevision(ending: content.sidecarEnding)
        try forEachRow(header: { _ in }) { row, key, editor in
            guard let key, state[key].decision != .open else { return }
            try Task.checkCancellation()
            let review = state[key]
            do {
                let original = try editor.editable(row).captions
                let image = try editor.image(of: row)
                let outcome = try revision.apply(
                    review.decision == .rejected ? nil : review.captions ?? original,
                    former: [original] + state.formerCaptions(of: key), beside: content.finder.picture(image))
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
