import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage

/// How the rows of a pass were made, `ROWS.pass.json`: by that they are taken again where nothing changed.
struct PassDescription: Equatable {
    /// What rows depend on beside the input.
    var settings: [JSONMember]
    /// The absolute path of what was read.
    var input: String
    var inputContents: FilePrefix
    /// What was written; nil of a pass that was not finished.
    var rows: FilePrefix?
    var counts = OperatorPass.Counts()

    private static let version = 1

    init(settings: [JSONMember], input: DataSet) throws {
        self.settings = settings
        self.input = input.path.absolute.escaped
        inputContents = try FilePrefix(wholeFile: input.path)
    }

    /// - Throws: `DataSetError.damaged` for what is no such description; `FileError.unreadableFile`.
    init(path: FilePath) throws {
        func damaged() -> DataSetError { .damaged(path: path.escaped, cause: "it describes no pass of operators") }
        let value: JSONValue
        do {
            value = try JSONParser.parse(FileBytes.of(path))
        } catch let code as Errno {
            throw FileError.unreadableFile(path, code: code.rawValue)
        } catch {
            throw damaged()
        }
        guard value["version"]?.integer == Self.version, let settings = value["settings"]?.members,
            let input = value["input"]?.text, let contents = value["input_contents"]?.filePrefix,
            let counts = value["counts"].flatMap({ OperatorPass.Counts($0) })
        else { throw damaged() }
        (self.settings, self.input, self.counts) = (settings, input, counts)
        inputContents = contents
        rows = value["rows"]?.filePrefix
    }

    /// - Throws: `FileError.unwritableOutput`.
    func write(to path: FilePath) throws {
        let value = JSONValue.object([
            JSONMember("version", .integer(Self.version)), JSONMember("settings", .object(settings)),
            JSONMember("input", .string(input)), JSONMember("input_contents", inputContents.json),
            JSONMember("rows", rows?.json ?? .null), JSONMember("counts", counts.json),
        ])
        try OutputFile.write(Data((value.json() + "\n").utf8), to: path)
    }
}

extension FilePrefix {
    /// All of a file.
    /// - Throws: `FileError.unreadableFile`, `CancellationError`.
    init(wholeFile path: FilePath) throws {
        self.init()
        let file = FileHandle(fileDescriptor: try path.openedForLines(), closeOnDealloc: true)
        do {
            while let data = try file.read(upToCount: 1 << 20), !data.isEmpty {
                try Task.checkCancellation()
                add(data)
            }
        } catch let error as CancellationError {
            throw error
        } catch {
            throw FileError.unreadableFile(path, cause: error.localizedDescription)
        }
    }

    fileprivate var json: JSONValue {
        .object([JSONMember("bytes", .integer(byteCount)), JSONMember("crc32", .integer(checksum))])
    }
}

extension JSONValue {
    fileprivate var filePrefix: FilePrefix? {
        guard let bytes = self["bytes"]?.size, let crc32 = self["crc32"]?.size.flatMap({ UInt32(exactly: $0) }) else {
            return nil
        }
        return FilePrefix(byteCount: bytes, checksum: crc32)
    }
}

extension OperatorPass.Counts {
    init?(_ value: JSONValue) {
        guard let total = value["total"]?.size, let kept = value["kept"]?.size,
            let dropped = value["dropped"]?.elements?.map(\.size), !dropped.contains(nil),
            let unreadable = value["unreadable"]?.size, let recomputed = value["recomputed"]?.size
        else { return nil }
        (self.total, self.kept, self.dropped) = (total, kept, dropped.compactMap { $0 })
        (self.unreadable, self.recomputed) = (unreadable, recomputed)
    }

    fileprivate var json: JSONValue {
        .object([
            JSONMember("total", .integer(total)), JSONMember("kept", .integer(kept)),
            JSONMember("dropped", .array(dropped.map { .integer($0) })),
            JSONMember("unreadable", .integer(unreadable)), JSONMember("recomputed", .integer(recomputed)),
        ])
    }
}
