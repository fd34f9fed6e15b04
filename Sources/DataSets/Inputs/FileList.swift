package import CaptionerFiles
import Foundation
package import SystemPackage

/// Images whose paths are in a file or come from standard input: a path a line, or each ended by a NUL.
///
/// All are images: folders are not searched. Unless a folder is named, relative paths are relative to that in which the process
/// runs, as where they are arguments. Empty lines are none, and a carriage return before a line break belongs to the break.
package struct FileList: ItemSource {
    /// The paths, one after the other.
    private var bytes: [UInt8] = []
    /// Where each ends.
    private var ends: [Int] = []
    private let file: FilePath
    private let folder: FilePath?

    /// - Parameters:
    ///   - file: `-` for standard input.
    ///   - folder: what relative paths are relative to; nil for the folder in which the process runs.
    ///   - separator: what ends a path: a line feed, or a NUL.
    /// - Throws: `FileError.unreadableFile`, `CancellationError`.
    package init(_ file: FilePath, separator: UInt8 = UInt8(ascii: "\n"), in folder: FilePath? = nil) throws {
        // What a pipe is called is another name each time.
        self.file = file.isSpecial ? "-" : file
        self.folder = folder
        var path: [UInt8] = []
        var (start, lines): ([UInt8], Int) = ([], 0)
        func refuse(_ cause: String) -> FileError {
            .unreadableFile(path: file == "-" ? "standard input" : file.escaped, cause: cause)
        }
        func end() throws {
            lines += 1
            // By its first bytes a list that is none shows before any path is made of it.
            if lines == 1, let cause = ForeignContents.whyNoText(separator == 0 ? start.filter { $0 > 0 } : start) {
                throw refuse(cause)
            }
            if path.contains(0) {
                throw refuse("line \(lines) has a NUL, which no path can have; -0 reads paths that end with one")
            }
            if separator == UInt8(ascii: "\n"), path.last == UInt8(ascii: "\r") { path.removeLast() }
            if ends.isEmpty { path = Array(path.withoutByteOrderMark) }
            if !path.isEmpty {
                bytes += path
                ends.append(bytes.count)
            }
            path.removeAll(keepingCapacity: true)
        }
        try Self.forEachBlock(of: file) { block in
            var rest = block[...]
            if start.count < ContentName.sampleSize { start += block.prefix(ContentName.sampleSize) }
            while let index = rest.firstIndex(of: separator) {
                path += rest[..<index]
                try end()
                rest = rest[(index + 1)...]
            }
            path += rest
        }
        try end()
    }

    private static func forEachBlock(of file: FilePath, _ body: ([UInt8]) throws -> Void) throws {
        let isStream = file == "-"
        let descriptor = isStream ? FileHandle.standardInput.fileDescriptor : file.opened(O_RDONLY)
        guard descriptor >= 0 else { throw FileError.unreadableFile(file, code: errno) }
        defer { if !isStream { close(descriptor) } }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            try Task.checkCancellation()
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count == 0 { return }
            if count > 0 {
                try body(Array(buffer[..<count]))
            } else if errno != EINTR {
                guard isStream else { throw FileError.unreadableFile(file, code: errno) }
                throw FileError.unreadableFile(path: "standard input", code: errno)
            }
        }
    }

    package init(inputs: [GivenPath], fields: DataSetFields) throws {
        try self.init(inputs.first?.path ?? "-", in: fields.list.folder)
    }

    /// It is asked for by an option.
    package static func claims(_ input: GivenPath) -> Bool { false }
    package static let takesSeveralInputs = false

    package var count: Int { ends.count }
    package var paths: [String] { [file == "-" ? "-" : file.absolute.escaped] }
    package var files: [FilePath] { file == "-" ? [] : [file] }
    package var fields: DataSetFields? { nil }

    package var notes: [String] {
        ends.isEmpty ? ["no paths in \(file == "-" ? "standard input" : file.escaped)"] : []
    }

    package func items(_ range: Range<Int>) -> any ItemReader { Reader(self, range) }

    private func path(_ index: Int) -> [UInt8] { Array(bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]]) }

    private final class Reader: ItemReader {
        private let list: FileList
        private var rest: Range<Int>

        init(_ list: FileList, _ range: Range<Int>) {
            self.list = list
            rest = range.clamped(to: 0..<list.count)
        }

        package func next() -> Item? {
            guard let index = rest.popFirst() else { return nil }
            let path = ListedPath(list.path(index), in: list.folder)
            return Item(index: index, content: .image(name: path.name, path.picture), listed: ListedImage())
        }
    }
}
