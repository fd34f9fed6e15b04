import Captioner
import CaptionerJSON
import Foundation
import SystemPackage

@testable import CaptionerDataSets
@testable import CaptionerFiles
@testable import CaptionerServing

/// Lines of data sets, of requests and of outputs, and what they name. The first byte of an input says what it is.
enum SampleFuzzing {
    static func run(_ input: [UInt8]) {
        guard let kind = input.first else { return }
        let bytes = Array(input.dropFirst())
        switch kind {
        case UInt8(ascii: "s"): sample(bytes)
        case UInt8(ascii: "r"): request(bytes)
        case UInt8(ascii: "a"): address(bytes)
        case UInt8(ascii: "p"): path(bytes)
        case UInt8(ascii: "b"): braces(bytes)
        case UInt8(ascii: "j"): json(bytes)
        case UInt8(ascii: "c"): _ = CSVRow.fields(bytes)
        case UInt8(ascii: "t"): cells(bytes)
        case UInt8(ascii: "v"): conversation(bytes)
        case UInt8(ascii: "x"): edits(bytes)
        case UInt8(ascii: "e"):
            guard let record = try? ErrorRecord(line: bytes) else { return }
            _ = record.cause
            finding(
                unless: (try? ErrorRecord(line: Array(record.line.utf8))) == record, "a record that is not read again")
        default: break
        }
    }

    /// A row that was written for a sample is taken for that sample's, with every profile.
    private static func sample(_ line: [UInt8]) {
        var fields = DataSetFields()
        fields.prompt = "prompt"
        guard let sample = try? Sample(line: line, fields: fields, folder: "/data") else { return }
        let item = Item(index: 0, content: .sample(sample))
        for candidateMode in CandidateMode.allCases {
            var options = RewritingOptions()
            options.candidateMode = candidateMode
            options.candidateCount = 2
            let format = SampleRows(fields: fields, options: options, schema: nil)
            _ = format.remark(on: item)
            guard let tasks = try? format.tasks(of: item), tasks.count < 64 else { continue }
            let answers = tasks.map { _ in
                ImageAnswer.success([ImageCaption(text: "a\n"), ImageCaption(text: "b \"c\"")])
            }
            guard let rows = try? format.rows(of: item, answers: answers) else { continue }
            let expected = format.expectedRows(of: item, hasErrors: false)
            finding(unless: rows.rows.count == expected.count, "a row too many or too few")
            for (number, row) in rows.rows.enumerated() {
                finding(
                    unless: expected.accepts(Array(row.utf8), number),
                    "a row that is not known again")
            }
        }
    }

    /// Names with braces stand for as many names as is allowed, and others for themselves.
    private static func braces(_ name: [UInt8]) {
        // A list of a million names takes a second here.
        guard name.count < 256, let names = BraceExpansion.expand(name) else { return }
        finding(unless: (1...BraceExpansion.limit).contains(names.count), "\(names.count) names")
        finding(unless: name.contains(UInt8(ascii: "{")) || names == [name], "a name without braces is another")
    }

    /// The cells of a row, written between quotation marks, are read as the same.
    private static func cells(_ row: [UInt8]) {
        let (comma, quote) = (UInt8(ascii: ","), UInt8(ascii: "\""))
        var parser = CellParser(separator: comma)
        parser.add(row)
        let quoted = parser.cells.map { [quote] + $0.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote] }
        var again = CellParser(separator: comma)
        again.add(Array(quoted.joined(separator: [comma])))
        finding(unless: !again.isQuoted && again.cells == parser.cells, "cells that are read as others")
    }

    /// A row that was written for an element is taken for that element's.
    private static func conversation(_ bytes: [UInt8]) {
        guard let element = try? JSONParser.parse(bytes, .row) else { return }
        var listed = ListedImage()
        listed.conversation = Conversation(element)
        let item = Item(index: 0, content: .image(name: "a", PictureFile(path: "a")), listed: listed)
        let format = ConversationRows(scoring: nil, edits: nil)
        guard let tasks = try? format.tasks(of: item) else { return }
        let answers = tasks.map { _ in ImageAnswer.success([ImageCaption(text: "a \"b\"")]) }
        guard let rows = try? format.rows(of: item, answers: answers) else { return }
        let expected = format.expectedRows(of: item, hasErrors: false)
        for (number, row) in rows.rows.enumerated() {
            finding(unless: expected.accepts(Array(row.utf8), number), "a row that is not known again")
        }
    }

    /// What is added to a text is not added again, whatever the two are.
    private static func edits(_ bytes: [UInt8]) {
        let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
        guard parts.count == 2, let caption = String(validating: parts[1], as: UTF8.self) else { return }
        for existing in [ExistingText.append, .prepend] {
            guard
                let sum = SidecarAddition.contents(parts[0], adding: caption, existing, separator: ", ")
            else { continue }
            finding(
                unless: SidecarAddition.contents(sum, adding: caption, existing, separator: ", ") == nil,
                "a caption that is added twice")
        }
        _ = CaptionEdits.firstWords(2, of: caption)
        _ = try? CaptionTemplate(caption)
        _ = SkippedImages(json: .array([.string(caption)]))
    }

    private static func request(_ line: [UInt8]) {
        let request = WorkerRequest(.bytes(line), number: 1)
        guard case .failure(let failure) = request.work else { return }
        finding(unless: !failure.message.isEmpty, "a refusal without a reason")
        let answer = WorkerAnswer(id: request.id, path: request.path, content: .failure(failure)).line(.init())
        finding(unless: (try? JSONParser.parse(answer.utf8.dropLast())) != nil, "an answer that is not JSON")
    }

    private static func address(_ bytes: [UInt8]) {
        let reference = String(decoding: bytes, as: UTF8.self)
        let picture = PictureReference.source(of: reference, in: "/data")
        if picture.file == nil { _ = try? picture.bytes() }
        finding(unless: reference.shortened.utf8.count <= 440, "a message that is too long")
    }

    private static func path(_ bytes: [UInt8]) {
        let path = FilePath(bytes: bytes)
        finding(unless: FilePath(escaped: path.escaped) == path, "a path that its text does not lead to")
        let arguments = ArgumentPaths([bytes.filter { $0 != 0 }])
        finding(
            unless: arguments.path(arguments.arguments[0]) == FilePath(bytes: bytes.filter { $0 != 0 }), "another file")
    }

    /// What is written of a value is read as that value.
    private static func json(_ bytes: [UInt8]) {
        guard let value = try? JSONParser.parse(bytes) else { return }
        for style in [JSONStyle.python, .pythonASCII, .pandas] {
            finding(unless: (try? JSONParser.parse(value.json(style).utf8)) == value, "a value that is read as another")
        }
        if let strict = try? JSONParser.parse(bytes, .strict) { finding(unless: strict == value, "two readings") }
    }
}
