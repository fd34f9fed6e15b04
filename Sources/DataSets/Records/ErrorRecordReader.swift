package import CaptionerFiles
package import SystemPackage

/// Error records that are there already, by item.
package final class ErrorRecordReader {
    private let rows: RowReader?
    private let path: FilePath
    private var ahead: ErrorRecord?
    private var aheadPrefix = FilePrefix()
    /// The records handed out so far.
    package private(set) var prefix = FilePrefix()

    /// A file that is not there holds none.
    package init(path: FilePath) throws {
        self.path = path
        rows = path.exists ? try RowReader(path: path, hasQuotedLineBreaks: false) : nil
    }

    /// Checks that a file has the error records that were written.
    /// - Parameters:
    ///   - expected: how many there are, of a run that is not finished at least.
    ///   - range: the images or samples that there may be records of.
    ///   - checksum: that of the file, if it is known.
    /// - Throws: `DataSetError.damaged`, `.unreadableFile`, `CancellationError`.
    package static func check(
        _ path: FilePath, expected: Int, isFinished: Bool, in range: Range<Int>, checksum: UInt32? = nil
    ) throws {
        func damaged(_ cause: String) -> DataSetError {
            .damaged(path: path.escaped, cause: "\(cause); bring back the file if there is a copy")
        }
        let rows = path.exists ? try RowReader(path: path, hasQuotedLineBreaks: false) : nil
        var (count, last) = (0, 0)
        while let line = try rows?.next() {
            guard let record = try? ErrorRecord(line: line), record.index >= last, range.contains(record.index) else {
                throw damaged("line \(count + 1) is no error record that can be there")
            }
            count += 1
            last = record.index
        }
        guard count == expected || !isFinished && count > expected else {
            throw damaged("it has \(count) error records, and had \(expected)")
        }
        guard isFinished, let rows else { return }
        guard rows.restCount == 0, rows.prefix.checksum == checksum ?? rows.prefix.checksum else {
            throw damaged("its bytes are not those that it had when the run was finished")
        }
    }

    /// The same for what a description says.
    package static func check(_ path: FilePath, of run: RunDescription) throws {
        try check(
            path, expected: run.errorCount, isFinished: run.isFinished, in: run.range, checksum: run.errorChecksum)
    }

    /// The records of an item. Items are asked for in order, and none is left out.
    /// - Parameter most: how many it may have.
    /// - Throws: `DataSetError.damaged` for what is no record, or is in another order, and for too many;
    ///   `.unreadableFile`.
    package func records(of index: Int, atMost most: @autoclosure () -> Int) throws -> [ErrorRecord] {
        var found: [ErrorRecord] = []
        while let record = try peek(), record.index <= index {
            guard record.index == index else {
                throw DataSetError.damaged(
                    path: path.escaped, cause: "the error record of index \(record.index) is where none can be")
            }
            found.append(record)
            ahead = nil
            prefix = aheadPrefix
        }
        guard found.count < 2 || found.count <= most() else {
            throw DataSetError.damaged(
                path: path.escaped, cause: "it has \(found.count) error records of index \(index), expected \(most())")
        }
        return found
    }

    /// Whether there is no record after those returned.
    package func isAtEnd() throws -> Bool { try peek() == nil }

    private func peek() throws -> ErrorRecord? {
        if ahead == nil, let rows, let line = try rows.next() {
            do {
                ahead = try ErrorRecord(line: line)
            } catch {
                throw DataSetError.damaged(path: path.escaped, cause: "\(error), in an error record")
            }
            aheadPrefix = rows.prefix
        }
        return ahead
    }
}
