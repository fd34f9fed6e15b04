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
    /// The number of an image: the id of its record if that is a whole number, else the number at the end of its file's name,
    /// without the extension, as in `COCO_val2014_000000391895.jpg`.
    static func imageID(id: JSONValue?, name: String) -> Int? {
        switch number(id: id, name: name) {
        case .success(let number): number
        case .failure: nil
        }
    }

    /// Why an image has no number.
    private struct NoNumber: Error {
        let cause: String
    }

    private static func number(id: JSONValue?, name: String) -> Result<Int, NoNumber> {
        let idText = id?.csvText ?? ""
        if let number = id?.integer ?? Int(idText) { return .success(number) }
        let idDigits = idText.utf8.drop { $0 == UInt8(ascii: "-") }
        if !idDigits.isEmpty, idDigits.allSatisfy(isDigit) {
            return .failure(NoNumber(cause: "its id \(idText.shortened) is too large a number"))
        }
        let shown = idText.isEmpty ? "" : ", \(idText.shortened)"
        let none = NoNumber(cause: "it has none, neither at the end of its name nor as its id\(shown)")
        guard AddressScheme.of(name) == nil, let stem = FilePath(escaped: name).exactStem else { return .failure(none) }
        let digits = String(decoding: stem.reversed().prefix(while: isDigit).reversed(), as: UTF8.self)
        if digits.isEmpty { return .failure(none) }
        return Int(digits).map { .success($0) }
            ?? .failure(NoNumber(cause: "\(digits.shortened) at the end of its name is too large a number"))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    /// Checks, before anything is captioned, that each image has a number, and no two the same.
    /// - Throws: `DataSetError.noImageID`, `.sameImageID`; `FileError`, `CancellationError`.
    package static func check(_ input: any ItemSource) throws {
        var seen: Set<Int> = []
        try forEachImage(of: input) { id, name in
            switch number(id: id, name: name) {
            case .failure(let none): throw DataSetError.noImageID(image: name.pictureName, cause: none.cause)
            case .success(let number) where !seen.insert(number).inserted:
                throw DataSetError.sameImageID(
                    image: name.pictureName, other: try first(number, of: input) ?? "", id: number)
            case .success: break
            }
        }
    }

    private static func forEachImage(of input: any ItemSource, _ body: (JSONValue?, String) throws -> Void) throws {
        try input.forEachItem { item in
            for task in (try? ImageRows.tasks(of: item)) ?? [] { try body(item.id, task.name) }
        }
    }

    /// The first image with a number.
    private static func first(_ number: Int, of input: any ItemSource) throws -> String? {
        var found: String?
        try forEachImage(of: input) { id, name in
            if found == nil, imageID(id: id, name: name) == number { found = name.pictureName }
        }
        return found
    }

    /// Of a record; nil for one with an error.
    static func element(_ row: [UInt8]) throws -> [UInt8]? {
        guard let record = try? JSONParser.parse(row, .row), let caption = record["caption"] else { return nil }
        let name = record["image"]?.text ?? ""
        let number: Int
        switch self.number(id: record["id"], name: name) {
        case .success(let found): number = found
        case .failure(let none): throw DataSetError.noImageID(image: name.pictureName, cause: none.cause)
        }
        return Array(
            JSONValue.object([JSONMember("image_id", .integer(number)), JSONMember("caption", caption)]).json().utf8)
    }
}
