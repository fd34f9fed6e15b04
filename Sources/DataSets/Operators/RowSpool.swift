import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage

/// Rows that wait in a file without a name for the end of what decides about them. The file is gone when it is let go,
/// whatever ends the process.
final class RowSpool {
    /// A row of an input with what operators found.
    struct Row {
        let index: Int
        let line: [UInt8]
        var stats: SampleStats
    }

    private let file: FileHandle
    private let path: FilePath
    private var buffer = Data()
    private var writtenCount = 0
    /// Where each row begins; two words of it for each row, however long it is.
    private var offsets: [Int] = []

    /// - Parameter path: a file in whose folder there is room.
    /// - Throws: `FileError.unwritableOutput`.
    init(beside path: FilePath) throws {
        self.path = path
        do {
            let (temporary, descriptor) = try path.written.openedTemporary()
            temporary.unlinked()
            file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        } catch {
            throw FileError.unwritableOutput(path, code: error.rawValue)
        }
    }

    var count: Int { offsets.count }

    /// - Throws: `FileError.unwritableOutput`.
    func append(_ row: Row) throws {
        offsets.append(writtenCount + buffer.count)
        buffer += Data("\(row.index)\n".utf8) + Data(row.stats.json.json().utf8) + [0x0A] + row.line
        if buffer.count >= 1 << 18 { try flush() }
    }

    private func flush() throws {
        do {
            try file.seek(toOffset: UInt64(writtenCount))
            try file.write(contentsOf: buffer)
        } catch {
            throw FileError.unwritableOutput(path, cause: error.localizedDescription)
        }
        writtenCount += buffer.count
        buffer = Data()
    }

    /// Reads a row.
    /// - Throws: `FileError`.
    func row(_ number: Int) throws -> Row {
        try flush()
        let start = offsets[number]
        let end = number + 1 < offsets.count ? offsets[number + 1] : writtenCount
        let data: [UInt8]
        do {
            try file.seek(toOffset: UInt64(start))
            data = Array(try file.read(upToCount: end - start) ?? Data())
        } catch {
            throw FileError.unreadableFile(path, cause: error.localizedDescription)
        }
        let parts = data.split(separator: 0x0A, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, data.count == end - start,
            let index = Int(String(decoding: parts[0], as: UTF8.self)),
            let stats = try? JSONParser.parse(parts[1], .row).members
        else { throw FileError.unreadableFile(path, cause: "rows laid aside beside it cannot be read again") }
        return Row(index: index, line: Array(parts[2]), stats: SampleStats(stats))
    }
}
