import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

/// How long things take is not tested, but what is measured and said.
@Suite(.timeLimit(.minutes(15))) struct BenchCommandTests {
    private let picture = Fixtures.pictures.appendingPathComponent("easy-vqa-000.png").path

    private func document(_ arguments: String...) throws -> [String: Any] {
        let result = try CommandLineTool.run(["bench"] + arguments + ["--json"])
        #expect(result.status == 0, "\(result.errors)")
        return try #require(JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    }

    @Test func measuresBatchSizesInAscendingOrder() throws {
        let report = try document("--batch-sizes", "3,1,3", "--threads", "1", "--precision", "f32")
        let figures = try #require(report["figures"] as? [[String: Any]])
        #expect(figures.map { $0["batch_size"] as? Int } == [1, 3])
        for figure in figures {
            #expect(figure["runs"] as? Int ?? 0 > 0)
            for key in ["seconds_per_image", "images_per_second", "tokens_per_image", "peak_resident_bytes"] {
                #expect(figure[key] as? Double ?? 0 > 0, "\(key)")
            }
            let shares = try #require(figure["shares"] as? [[String: Any]])
            #expect(
                shares.compactMap { $0["stage"] as? String } == [
                    "wait_for_images", "vision", "q_former", "prefill", "decode_tokens",
                ])
            let total = shares.compactMap { $0["share"] as? Double }.reduce(0, +)
            #expect(abs(total - 1) < 1e-6)
        }
        #expect(report["threads"] as? Int == 1 && report["precision"] as? String == "f32")
        #expect(report["is_demo_model"] as? Bool == true)
        #expect((report["left_out"] as? [Any])?.isEmpty == true)
    }

    /// Without time the smallest size is measured all the same, once.
    @Test func whatThereIsNoTimeForIsNamed() throws {
        let report = try document(picture, "--batch-sizes", "2,64", "--seconds", "0")
        let figures = try #require(report["figures"] as? [[String: Any]])
        #expect(figures.map { $0["batch_size"] as? Int } == [2] && figures.first?["runs"] as? Int == 1)
        let leftOut = try #require(report["left_out"] as? [[String: Any]])
        #expect(leftOut.map { $0["batch_size"] as? Int } == [64])
        #expect((leftOut.first?["reason"] as? String)?.contains("--seconds") == true)
        #expect(report["images"] as? Int == 1)
    }

    @Test func theTableHasARowForEachSize() throws {
        let result = try CommandLineTool.run(["bench", "--batch-sizes", "1,2", "--max-new-tokens", "3"])
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.lines[0].hasPrefix("model      the demo model, "))
        #expect(result.output.contains("captions of at most 3 new tokens"))
        #expect(result.lines.contains { $0.hasPrefix("    1  ") } && result.lines.contains { $0.hasPrefix("    2  ") })
        #expect(result.lines.last?.hasPrefix("fastest with batch size ") == true)
    }

    @Test func anImageWithoutACaptionIsNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write("<html>", as: "page.png")
        let result = try CommandLineTool.run(["bench", "page.png"], in: folder.url)
        #expect(result.status == 1 && result.output == "")
        #expect(result.errors.contains("HTML") && result.errors.contains("page.png"))
        try FileManager.default.removeItem(atPath: folder.path("page.png"))
        let empty = try CommandLineTool.run(["bench", "."], in: folder.url)
        #expect(empty.status == 1 && empty.errors.contains("no images in ."))
    }

    @Test(arguments: [
        ["--batch-sizes", "0"], ["--batch-sizes", "1,,2"], ["--batch-sizes", "x"], ["--seconds", "nan"], [""],
    ])
    func mistakes(arguments: [String]) throws {
        #expect(try CommandLineTool.run(["bench"] + arguments).status == 64)
    }
}
