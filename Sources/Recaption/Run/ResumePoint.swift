import CaptionerFiles
import SystemPackage

/// How far an interrupted run had come, as its output and its error records show.
///
/// Error records are written before the rows of the same items, so that of an item whose rows are there the error
/// records are there, too. Those of items behind are written again, and cut off first.
struct ResumePoint {
    /// Items that have all their rows.
    var itemCount = 0
    /// Of these, items with error records, and how many records those are.
    var failedCount = 0
    var errorCount = 0
    var rowCount = 0
    /// Where the rows of these items end in the output, and their error records in theirs.
    var outputBytes = 0
    var errorBytes = 0

    /// A folder that images were read from.
    var lastFolder: FilePath?

    init() {}

    /// Goes through an input and an output side by side.
    ///
    /// - Parameters:
    ///   - items: left behind the last item that is done.
    ///   - passed: is told of each item that is done, and of its error records.
    /// - Throws: `RecaptionError.foreignOutput` when a row is not the item's; `.longerOutput` when there are rows behind
    ///   those of all items; `.unreadableFile`; `CancellationError`.
    init(files: RunFiles, format: any RowFormat, items: ItemQueue, passed: (RunItem, [ErrorRecord]) throws -> Void)
        throws
    {
        guard files.output.exists else { return }
        let rows = try RowReader(path: files.output, hasQuotedLineBreaks: format.hasQuotedLineBreaks)
        let errors = try ErrorRecordReader(path: files.errors)
        if !format.header.isEmpty {
            guard let header = try rows.next() else { return }
            guard header.elementsEqual(format.header.utf8) else {
                throw RecaptionError.foreignOutput(path: files.output.escaped, row: 1, item: "the header")
            }
            outputBytes = rows.offset
        }
        while let item = try items.peek() {
            try Task.checkCancellation()
            let found = try errors.records(of: item.index)
            let expected = format.expectedRows(of: item, hasErrors: !found.isEmpty)
            let needed = expected.count
            // An item without rows shows by its error records alone.
            guard needed > 0 || !found.isEmpty else { return }
            // Of several records the last ones may not have been written. Rows behind them, if it has any, tell.
            if needed == 0, try errors.isAtEnd(), found.count < (try? format.tasks(of: item).count) ?? 1 {
                return
            }
            for number in 0..<needed {
                guard let row = try rows.next() else { return }
                guard expected.accepts(row, number) else {
                    throw RecaptionError.foreignOutput(
                        path: files.output.escaped, row: rowCount + number + 1, item: item.name)
                }
            }
            _ = try items.next()
            try passed(item, found)
            if found.isEmpty, case .file(let path) = try? format.tasks(of: item).first?.source {
                lastFolder = path.folder
            }
            itemCount += 1
            rowCount += needed
            if !found.isEmpty { failedCount += 1 }
            errorCount += found.count
            outputBytes = rows.offset
            errorBytes = errors.offset
        }
        guard try rows.next() == nil, try errors.isAtEnd() else {
            throw RecaptionError.longerOutput(path: files.output.escaped, itemCount: itemCount)
        }
    }
}

/// A run's items with a look at the next.
final class ItemQueue {
    private let items: RunItems
    private var ahead: RunItem?

    init(_ items: RunItems) { self.items = items }

    func peek() throws -> RunItem? {
        if ahead == nil { ahead = try items.next() }
        return ahead
    }

    func next() throws -> RunItem? {
        let item = try peek()
        ahead = nil
        return item
    }
}

/// Error records that are there already, by item.
final class ErrorRecordReader {
    private let rows: RowReader?
    private let path: FilePath
    private var ahead: ErrorRecord?
    private var aheadEnd = 0
    /// Where the records handed out so far end, in bytes.
    private(set) var offset = 0

    /// A file that is not there holds none.
    init(path: FilePath) throws {
        self.path = path
        rows = path.exists ? try RowReader(path: path, hasQuotedLineBreaks: false) : nil
    }

    /// Looks whether a file holds the error records that were written.
    /// - Parameter expected: how many there are at least.
    /// - Throws: `RecaptionError.damaged`, `.unreadableFile`, `CancellationError`.
    static func check(_ path: FilePath, expected: Int) throws {
        let rows = path.exists ? try RowReader(path: path, hasQuotedLineBreaks: false) : nil
        var (count, last) = (0, 0)
        while let line = try rows?.next() {
            guard let record = try? ErrorRecord(line: line), record.index >= last else {
                throw RecaptionError.damaged(
                    path: path.escaped,
                    cause: "line \(count + 1) is no error record that can stand there; bring it back if there is a copy"
                )
            }
            count += 1
            last = record.index
        }
        guard count >= expected else {
            throw RecaptionError.damaged(
                path: path.escaped,
                cause: "it has \(count) error records, and had \(expected); bring them back if there is a copy")
        }
    }

    /// The records of an item. Items are asked for in order, and none is left out.
    /// - Throws: `RecaptionError.damaged` for what is no record, or stands in another order; `.unreadableFile`.
    func records(of index: Int) throws -> [ErrorRecord] {
        var found: [ErrorRecord] = []
        while let record = try peek(), record.index <= index {
            guard record.index == index else {
                throw RecaptionError.damaged(
                    path: path.escaped, cause: "the error record of index \(record.index) stands where none can be")
            }
            found.append(record)
            ahead = nil
            offset = aheadEnd
        }
        return found
    }

    /// Whether there is no record behind those handed out.
    func isAtEnd() throws -> Bool { try peek() == nil }

    private func peek() throws -> ErrorRecord? {
        if ahead == nil, let rows, let line = try rows.next() {
            do {
                ahead = try ErrorRecord(line: line)
            } catch {
                throw RecaptionError.damaged(path: path.escaped, cause: "\(error), in an error record")
            }
            aheadEnd = rows.offset
        }
        return ahead
    }
}
