import CaptionerDataSets
import CaptionerFiles
import SystemPackage

/// How far an interrupted run had come, as its output and its error records show.
///
/// Error records are written before the rows of the same items, so that of an item whose rows are there the error
/// records are there, too. Those of later items are written again, and cut off first.
struct ResumePoint {
    /// Items that have all their rows.
    var itemCount = 0
    /// Of these, items with error records, and how many records those are.
    var failedCount = 0
    var errorCount = 0
    var rowCount = 0
    /// The rows of these items, and their error records.
    var output = FilePrefix()
    var errors = FilePrefix()

    /// A folder that images were read from.
    var lastFolder: FilePath?

    init() {}

    /// Goes through an input and an output side by side.
    ///
    /// - Parameters:
    ///   - items: left after the last item that is done.
    ///   - passed: receives each item that is done, and its error records.
    /// - Throws: `RecaptionError.foreignOutput` when a row is not the item's; `.longerOutput` when there are rows after
    ///   those of all items; `.unreadableFile`; `CancellationError`.
    init(files: RunFiles, format: any RowFormat, items: ItemQueue, passed: (Item, [ErrorRecord]) throws -> Void)
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
            output = rows.prefix
        }
        while let item = try items.peek() {
            try Task.checkCancellation()
            let found = try errors.records(of: item.index, atMost: format.mostErrorRecords(of: item))
            let expected = format.expectedRows(of: item, hasErrors: !found.isEmpty)
            let needed = expected.count
            // An item without rows shows by its error records alone.
            guard needed > 0 || !found.isEmpty else { return }
            // Of several records the last ones may not have been written. Rows after them, if it has any, show it.
            if needed == 0, try errors.isAtEnd(), found.count < format.mostErrorRecords(of: item) { return }
            for number in 0..<needed {
                guard let row = try rows.next() else { return }
                guard expected.accepts(row, number) else {
                    throw RecaptionError.foreignOutput(
                        path: files.output.escaped, row: rowCount + number + 1, item: item.name)
                }
            }
            _ = try items.next()
            try passed(item, found)
            if found.isEmpty, let path = try? format.tasks(of: item).first?.picture.file {
                lastFolder = path.folder
            }
            itemCount += 1
            rowCount += needed
            if !found.isEmpty { failedCount += 1 }
            errorCount += found.count
            output = rows.prefix
            self.errors = errors.prefix
        }
        guard try rows.next() == nil, try errors.isAtEnd() else {
            throw RecaptionError.longerOutput(path: files.output.escaped, itemCount: itemCount)
        }
    }
}

/// A run's items with a look at the next.
final class ItemQueue {
    private let items: any ItemReader
    private var ahead: Item?

    init(_ items: any ItemReader) { self.items = items }

    func peek() throws -> Item? {
        if ahead == nil { ahead = try items.next() }
        return ahead
    }

    func next() throws -> Item? {
        let item = try peek()
        ahead = nil
        return item
    }
}
