import Captioner
import CaptionerDataSets
import CaptionerFiles
import Foundation

/// Where a run's rows and error records go.
protocol RunDestination {
    /// Rows of an earlier output that are taken over, if that is what the run is for.
    func earlierRows(_ format: any RowFormat) throws -> EarlierRows?

    /// Finds out how far the run had come, and prepares to resume there.
    /// - Parameters:
    ///   - items: is left at the first item that is not done.
    ///   - passed: receives the items that are done, and their error records.
    ///   - starting: is called when that is found out, and nothing changed yet.
    func resume(
        _ format: any RowFormat, _ items: ItemQueue, passed: (Item, [ErrorRecord]) throws -> Void,
        starting: () throws -> Void
    ) throws -> ResumePoint

    /// Gets each item with its rows, in order, before they are written.
    func receive(_ item: Item, _ rows: ItemRows) throws

    /// Adds rows, and embeddings of what is in them; when this returns, the system has them.
    /// - Throws: `FileError.unwritableOutput`.
    func write(_ rows: ItemRows, embedded: [EmbeddedPair]) throws
}

/// What nothing can be taken up again in.
extension RunDestination {
    func earlierRows(_ format: any RowFormat) throws -> EarlierRows? { nil }

    func resume(
        _ format: any RowFormat, _ items: ItemQueue, passed: (Item, [ErrorRecord]) throws -> Void,
        starting: () throws -> Void
    ) throws -> ResumePoint {
        try starting()
        return ResumePoint()
    }

    func receive(_ item: Item, _ rows: ItemRows) throws {}
}

/// Standard output, or a file that is none, such as a pipe: nothing can be taken up again there.
struct StreamDestination: RunDestination {
    let writer: RecordWriter
    /// Receives errors that have no place in the rows.
    let onError: (ErrorRecord) throws -> Void

    func resume(
        _ format: any RowFormat, _ items: ItemQueue, passed: (Item, [ErrorRecord]) throws -> Void,
        starting: () throws -> Void
    ) throws -> ResumePoint {
        try starting()
        try writer.write(Data(format.header.utf8))
        return ResumePoint()
    }

    func write(_ rows: ItemRows, embedded: [EmbeddedPair]) throws {
        try rows.errors.forEach(onError)
        try writer.write(Data(rows.rows.joined().utf8))
    }
}

/// A file, and one for error records beside it.
final class FileDestination: RunDestination {
    private let files: RunFiles
    private let earlier: RunFiles?
    private let output: OutputLog
    private let onErrors: (Int) throws -> Void
    private var errors: OutputLog?
    private let openEmbeddings: () throws -> EmbeddingsFolder?
    private(set) var embeddings: EmbeddingsFolder?
    private(set) var rowCount = 0
    private(set) var errorCount = 0

    /// - Parameters:
    ///   - earlier: an output whose rows without errors are taken over.
    ///   - onErrors: called with the number of error records after some were written, and before the rows of their items
    ///     are: a sample that failed has a row like one that was captioned, so that these records are missed by their
    ///     number alone.
    ///   - embeddings: opens the folder that embeddings go to, if they go anywhere, when the run begins.
    init(
        _ files: RunFiles, earlier: RunFiles? = nil, embeddings: @escaping () throws -> EmbeddingsFolder? = { nil },
        onErrors: @escaping (Int) throws -> Void
    ) throws {
        self.files = files
        openEmbeddings = embeddings
        self.earlier = earlier
        self.onErrors = onErrors
        output = try OutputLog(path: files.output)
        if files.errors.exists { errors = try OutputLog(path: files.errors) }
    }

    var outputPrefix: FilePrefix { output.prefix }
    var errorPrefix: FilePrefix { errors?.prefix ?? FilePrefix() }

    func earlierRows(_ format: any RowFormat) throws -> EarlierRows? {
        try earlier.map { try EarlierRows($0, format: format) }
    }

    func resume(
        _ format: any RowFormat, _ items: ItemQueue, passed: (Item, [ErrorRecord]) throws -> Void,
        starting: () throws -> Void
    ) throws -> ResumePoint {
        let point = try ResumePoint(files: files, format: format, items: items, passed: passed)
        rowCount = point.rowCount
        errorCount = point.errorCount
        try starting()
        embeddings = try openEmbeddings()
        try embeddings?.resume(before: items.peek()?.index ?? .max)
        try output.truncate(to: point.output)
        try errors?.truncate(to: point.errors)
        if point.output.byteCount == 0, !format.header.isEmpty { try output.append(format.header) }
        return point
    }

    func write(_ rows: ItemRows, embedded: [EmbeddedPair]) throws {
        try embeddings?.append(embedded)
        if !rows.errors.isEmpty {
            let log = try errors ?? OutputLog(path: files.errors)
            errors = log
            try log.append(rows.errors.map(\.line).joined())
            // Without them rows that are missing on purpose could not be distinguished from rows that are lost.
            try log.synchronize()
            errorCount += rows.errors.count
            try onErrors(errorCount)
        }
        try output.append(rows.rows.joined())
        rowCount += rows.rows.count
    }

    /// Waits until the disk has everything.
    func synchronize() throws {
        try embeddings?.synchronize()
        try errors?.synchronize()
        try output.synchronize()
    }
}
