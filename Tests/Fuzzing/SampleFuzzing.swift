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
        case UInt8(ascii: "j"): json(bytes)
        case UInt8(ascii: "c"): _ = CSVRow.fields(bytes)
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

    private static func request(_ line: [UInt8]) {
        let request = WorkerRequest(.bytes(line), number: 1)
        guard case .failure(let failure) = request.request else { return }
        finding(unless: !failure.message.isEmpty, "a refusal without a reason")
        let answer = WorkerAnswer(id: request.id, path: request.path, answer: .failure(failure)).line(.init())
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
