import CaptionerFiles
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets

/// Training data equals what Data-Juicer's `dj_to_llava.py` and the challenge's `check_sample_number.py` made.
@Suite struct TrainingDataTests {
    private static let fixtures = Fixtures.package.appendingPathComponent("Tests/DataSetsTests/Fixtures")

    struct Conversion: Decodable, Sendable, CustomTestStringConvertible {
        struct Options: Decodable, Sendable {
            let imageSpecialToken: String?
            let keepOnlyFirstImage: Bool?
        }

        let name: String
        let input: String
        let options: Options
        let original: String?
        let expected: String?
        let failsAtLine: Int?

        var testDescription: String { name }
    }

    struct Draws: Decodable {
        struct Draw: Decodable {
            let rows: Int
            let count: Int
            let seed: UInt32
            let sha256: String
            let drawn: [Int]?
        }

        struct File: Decodable {
            struct Options: Decodable {
                let count: Int
                let seed: UInt32
            }

            let input: String
            let options: Options
            let expected: String
        }

        let draws: [Draw]
        let cases: [File]
    }

    private static func manifest<Value: Decodable>(_ folder: String, _ type: Value.Type) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(
            type, from: Data(contentsOf: fixtures.appendingPathComponent("\(folder)/manifest.json")))
    }

    private static let conversions: [Conversion] =
        (try? manifest("llava", [String: JSONList].self)["cases"]?.list) ?? []

    /// What is a list of conversions, and passes over what is none.
    struct JSONList: Decodable {
        let list: [Conversion]

        init(from decoder: any Decoder) throws {
            list = (try? decoder.singleValueContainer().decode([Conversion].self)) ?? []
        }
    }

    @Test func thereAreConversions() { #expect(Self.conversions.count > 15) }

    /// Blank lines are passed over here, where the original fails.
    @Test(arguments: conversions.filter { $0.name != "blank-line" }) func conversationsAreThoseOfDataJuicer(
        _ test: Conversion
    ) throws {
        let folder = Self.fixtures.appendingPathComponent("llava")
        var conversion = LLaVAConversion()
        conversion.fields.imageToken = test.options.imageSpecialToken ?? "<image>"
        conversion.keepsOnlyFirstImage = test.options.keepOnlyFirstImage ?? true
        // Rows of all kinds are converted, not only those that training can use.
        conversion.keepsBadRows = true
        conversion.questions = test.original.map { FilePath(folder.appendingPathComponent($0).path) }
        let target = try TemporaryFolder()
        let input = FilePath(folder.appendingPathComponent(test.input).path)
        guard let expected = test.expected else {
            let error = #expect(throws: FileError.self) {
                try conversion(input, to: FilePath(target.path("out.json")))
            }
            let line = test.failsAtLine ?? 0
            #expect(error.map { "\($0)".contains("line \(line): ") } == true, "\(String(describing: error))")
            #expect(!FileManager.default.fileExists(atPath: target.path("out.json")))
            return
        }
        _ = try conversion(input, to: FilePath(target.path("out.json")))
        let made = try Data(contentsOf: target.url.appendingPathComponent("out.json"))
        let wanted = try Data(contentsOf: folder.appendingPathComponent(expected))
        #expect(made == wanted, "\(String(decoding: made, as: UTF8.self)) \(String(decoding: wanted, as: UTF8.self))")
    }

    @Test func drawsAreThoseOfPython() throws {
        let draws = try Self.manifest("draw", Draws.self).draws
        #expect(draws.count > 10)
        for draw in draws {
            var random = PythonRandom(seed: draw.seed)
            let drawn = draw.count < draw.rows ? random.sample(draw.count, of: draw.rows) : Array(0..<draw.rows)
            if let expected = draw.drawn { #expect(drawn == expected) }
            let text = drawn.map(String.init).joined(separator: ",")
            let hash = SHA256.hexadecimal(Array(text.utf8))
            #expect(hash == draw.sha256, "\(draw.count) of \(draw.rows)")
        }
    }

    @Test func drawnRowsAreWrittenAsByPython() throws {
        let target = try TemporaryFolder()
        let folder = Self.fixtures.appendingPathComponent("draw")
        for file in try Self.manifest("draw", Draws.self).cases {
            let draw = RowDraw(count: file.options.count, seed: file.options.seed)
            _ = try draw(
                FilePath(folder.appendingPathComponent(file.input).path), to: FilePath(target.path("out")))
            let made = try String(contentsOfFile: target.path("out"), encoding: .utf8)
            #expect(try made == String(contentsOf: folder.appendingPathComponent(file.expected), encoding: .utf8))
        }
        for name in ["no-json", "no-object"] {
            #expect(throws: FileError.self) {
                try RowDraw(count: 4)(
                    FilePath(folder.appendingPathComponent("\(name).jsonl").path), to: FilePath(target.path("bad")))
            }
        }
        #expect(!FileManager.default.fileExists(atPath: target.path("bad")))
        // Python fails at this one when it writes; nothing of it is lost here.
        _ = try RowDraw(count: 4)(
            FilePath(folder.appendingPathComponent("lone-surrogate.jsonl").path), to: FilePath(target.path("half")))
        #expect(try String(contentsOfFile: target.path("half"), encoding: .utf8) == #"{"a": 1}\#n{"b": "\ud800"}\#n"#)
    }
}
