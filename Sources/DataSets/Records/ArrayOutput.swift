import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// A JSON array that is made of a run's rows when they are all there: a training file in LLaVA's format, or COCO's results.
package enum ArrayOutput {
    /// Writes the elements that rows make, one a line; the file appears whole.
    /// - Throws: `FileError`, `CancellationError`; `DataSetError.noImageID`.
    package static func write(_ rows: FilePath, to output: FilePath, format: OutputFormat) throws {
        let reader = try RowReader(path: rows, hasQuotedLineBreaks: false)
        try WholeFile.write(to: output) { file in
            var separator = "[\n"
            while let row = try reader.next() {
                guard let element = format == .coco ? try CocoResult.element(row) : row.dropLast(1) else { continue }
                try file.append(separator)
                try file.append(element)
                separator = ",\n"
            }
            try file.append(separator == "[\n" ? "[]\n" : "\n]\n")
        }
    }

    /// Looks whether a file that is there may be made anew: one that a run made of its rows.
    /// - Throws: `FileError.outputExists`.
    package static func checkEarlier(_ file: FilePath) throws {
        guard OutputFile.exists(file), !OutputFile.exists(RunFiles(trainingFile: file).description) else { return }
        throw FileError.outputExists(path: file.escaped)
    }
}

/// A caption as COCO's evaluation reads it: `{"image_id": 391895, "caption": "..."}`.
package enum CocoResult {
    /// The number of an image: the id of its record if that is one, else the number at the end of its file's name, without the
    /// extension, as in `COCO_val2014_000000391895.jpg`.
    static func imageID(id: JSONValue?, name: String) -> Int? {
        if let id, let number = id.integer ?? id.text.flatMap(number) { return number }
        guard AddressScheme.of(name) == nil, let stem = FilePath(escaped: name).exactStem else { return nil }
        let digits = stem.reversed().prefix { (0x30...0x39).contains($0) }.reversed()
        return number(String(decoding: digits, as: UTF8.self))
    }

    private static func number(_ text: String) -> Int? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }

    /// Checks, before anything is captioned, that each image has a number, and no two the same.
    /// - Throws: `DataSetError.noImageID`, `.sameImageID`; `FileError`, `CancellationError`.
    package static func check(_ input: any ItemSource) throws {
        var seen: Set<Int> = []
        try input.forEachItem { item in
            for task in (try? ImageRows.tasks(of: item)) ?? [] {
                guard let number = imageID(id: item.id, name: task.name) else {
                    throw DataSetError.noImageID(image: task.name.pictureName)
                }
                guard seen.insert(number).inserted else {
                    throw DataSetError.sameImageID(image: task.name.pictureName, id: number)
                }
            }
        }
    }

    /// Of a record; nil for one with an error.
    static func element(_ row: [UInt8]) throws -> [UInt8]? {
        guard let record = try? JSONParser.parse(row, .row), let caption = record["caption"] else { return nil }
        let name = record["image"]?.text ?? ""
        guard let number = imageID(id: record["id"], name: name) else {
            throw DataSetError.noImageID(image: name.pictureName)
        }
        return Array(
            JSONValue.object([JSONMember("image_id", .integer(number)), JSONMember("caption", caption)]).json().utf8)
    }
}
