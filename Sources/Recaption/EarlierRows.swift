import CaptionerDataSets
import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// The rows of an output that is made again but for the items with errors.
///
/// Images that had errors may be gone, and a folder that could not be read, which was an item with an error itself, may
/// have become readable, with its images in its place.
final class EarlierRows {
    private let rows: RowReader
    private let errors: ErrorRecordReader
    private let format: any RowFormat
    private let path: FilePath
    private var rowCount = 0
    /// The next row of an image, and whether it had an error.
    private var ahead: (row: [UInt8], hasErrors: Bool)?
    /// The place of the next image in the input as it was; nil before the first.
    private var imageIndex: Int?
    /// What had errors and is gone: images, and folders whose images have come in their place.
    private var gone: Set<ExactString> = []

    /// - Throws: `FileError.unreadableFile`.
    init(_ files: RunFiles, format: any RowFormat) throws {
        rows = try RowReader(path: files.output, hasQuotedLineBreaks: format.hasQuotedLineBreaks)
        errors = try ErrorRecordReader(path: files.errors)
        self.format = format
        path = files.output
        if !format.header.isEmpty { _ = try rows.next() }
    }

    /// The rows of an item, nil for one that had errors or was not reached. Items are asked for in order, and none is
    /// left out.
    /// - Throws: `RecaptionError.foreignOutput` when a row is not the item's; `.damaged`; `.unreadableFile`.
    func rows(of item: Item) throws -> ItemRows? {
        // What is in a list stays in it.
        if case .image(_, _) = item.content, item.listed == nil, !format.leavesOutFailures {
            return try rows(ofImage: item)
        }
        let hasErrors = try !errors.records(of: item.index, atMost: format.mostErrorRecords(of: item)).isEmpty
        var result = ItemRows()
        let expected = format.expectedRows(of: item, hasErrors: hasErrors)
        for number in 0..<expected.count {
            guard let row = try rows.next() else { return nil }
            rowCount += 1
            guard expected.accepts(row, number) else { throw foreign(item) }
            result.rows.append(try text(of: row, item))
        }
        return hasErrors ? nil : result
    }

    /// An image has one row.
    private func rows(ofImage item: Item) throws -> ItemRows? {
        if imageIndex == nil { imageIndex = item.index }
        while let (row, hasErrors) = try peek() {
            if format.expectedRows(of: item, hasErrors: hasErrors).accepts(row, 0) {
                ahead = nil
                return hasErrors ? nil : ItemRows(rows: [try text(of: row, item)])
            }
            if isBelowWhatIsGone(item) { return nil }
            guard hasErrors else { throw foreign(item) }
            // No caption is lost with it.
            if let name = format.imageName(in: row) { gone.insert(ExactString(name)) }
            ahead = nil
        }
        return nil
    }

    private func isBelowWhatIsGone(_ item: Item) -> Bool {
        let name = item.name.utf8
        return !gone.isEmpty
            && name.indices.contains { name[$0] == UInt8(ascii: "/") && gone.contains(ExactString(item.name[..<$0])) }
    }

    private func peek() throws -> (row: [UInt8], hasErrors: Bool)? {
        if ahead == nil, let row = try rows.next() {
            let index = imageIndex ?? 0
            ahead = (row, try !errors.records(of: index, atMost: 1).isEmpty)
            imageIndex = index + 1
            rowCount += 1
        }
        return ahead
    }

    /// Called after the last item.
    /// - Parameter isEnd: whether the input has no more items, so that images with errors may be gone.
    /// - Throws: `RecaptionError.longerOutput` when there are rows that belong to no item; `.unreadableFile`.
    func checkThatNoneIsLeft(_ itemCount: Int, isEnd: Bool) throws {
        if isEnd, imageIndex != nil {
            while try peek()?.hasErrors == true { ahead = nil }
        }
        if try ahead != nil || rows.next() != nil {
            throw RecaptionError.longerOutput(path: path.escaped, itemCount: itemCount)
        }
    }

    private func text(of row: [UInt8], _ item: Item) throws -> String {
        guard let text = String(validating: row, as: UTF8.self) else { throw foreign(item) }
        return text
    }

    private func foreign(_ item: Item) -> RecaptionError {
        .foreignOutput(path: path.escaped, row: rowCount, item: item.name)
    }
}
