import CaptionerTensorCore
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerCheckpoints

/// Files of the `safetensors` library and its verdicts; `weights-tools/fixtures/safetensors_files.py` made them.
struct SafetensorsVerdictTests {
    private struct Verdict: Decodable {
        let name: String
        let bytes: Data
        let isRead: Bool
    }

    private let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "Fixtures")

    @Test func readsWhatTheLibraryReadsAndNothingElse() throws {
        let data = try Data(contentsOf: fixtures.appendingPathComponent("verdicts.json"))
        let verdicts = try JSONDecoder().decode([Verdict].self, from: data)
        #expect(verdicts.count > 80)
        for verdict in verdicts {
            let isRead = verdict.bytes.withUnsafeBytes { bytes in
                (try? SafetensorsHeader(file: "/x", bytes: bytes)) != nil
            }
            #expect(isRead == verdict.isRead, "\(verdict.name)")
        }
    }

    @Test func readsAFileOfTheLibrary() throws {
        let file = try SafetensorsFile(fixtures.appendingPathComponent("canonical.safetensors"))
        #expect(file.tensors.map(\.name) == ["token_ids", "a \"quoted\" \\ name\n", "empty", "scalar", "weight"])
        #expect(file.tensors.map(\.shape) == [[3], [2], [0, 4], [], [2, 3]])
        #expect(file.tensors.map(\.dataType) == [.int64, .float32, .float32, .float32, .float32])
        #expect(file.metadata == ["format": "np\t\u{1}é"])
        let weight = try #require(file.tensors.last)
        #expect(file.withBytes(of: weight) { Array($0) } == bytes([-1, -0.75, -0.5, -0.25, 0, 0.25] as [Float]))
    }

    @Test func writesTheBytesThatTheLibraryWrites() throws {
        let folder = try TemporaryFolder()
        let url = folder.url.appendingPathComponent("written.safetensors")
        try SafetensorsWriter.write(
            [
                ("weight", .float32(shape: [2, 3], values: [-1, -0.75, -0.5, -0.25, 0, 0.25])),
                ("token_ids", .int64(shape: [3], values: [2, -1, 1 << 40])),
                ("a \"quoted\" \\ name\n", .float32(shape: [2], values: [.leastNonzeroMagnitude, .infinity])),
                ("scalar", .float32(shape: [], values: [7])),
                ("empty", .float32(shape: [0, 4], values: [])),
            ], metadata: ["format": "np\t\u{1}é"], to: url)
        let expected = try Data(contentsOf: fixtures.appendingPathComponent("canonical.safetensors"))
        #expect(try Data(contentsOf: url) == expected)
    }

    @Test func knowsEveryTypeButTakesOnlyThreeAsParameters() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.copyItem(
            at: fixtures.appendingPathComponent("types.safetensors"),
            to: folder.url.appendingPathComponent("model.safetensors"))
        let checkpoint = try Checkpoint(folder: folder.url)
        #expect(checkpoint.tensors.count == 19)
        let weights = checkpoint.weights()
        for tensor in checkpoint.tensors {
            let isUsable = ["bfloat16", "float16", "float32"].contains(tensor.name)
            let parameter = try weights.parameter(tensor.name, shape: [2, 2])
            #expect(values(of: parameter) == (isUsable ? [0.5, 1, 2, 4] : [0, 0, 0, 0]), "\(tensor.name)")
        }
        #expect(weights.report().unsupported.count == 16)
        #expect(Set(weights.report().unsupported.map(\.dataType)).count == 16)
        #expect(weights.report().tensorCounts == [.float16: 1, .bfloat16: 1, .float32: 1])
    }
}
