import Foundation
import TestSupport
import Testing

/// What computes, and in what precision, from the command line. Texts that are compared are made in float32, which all
/// processors have.
@Suite(.timeLimit(.minutes(45))) struct PrecisionTests {
    private let shape = Fixtures.pictures.appendingPathComponent("easy-vqa-000.png")

    /// All kernels say the same; what the processor does not have, or what is unknown, is an error and not a crash.
    @Test func theEnvironmentChoosesTheKernels() throws {
        let arguments = [shape.path, "--precision", "f32"]
        let result = try CommandLineTool.run(arguments, environment: ["CAPTIONER_KERNELS": "portable"])
        #expect(result.status == 0)
        #expect(result.lines == (try CommandLineTool.run(arguments).lines))
        let refused = try CommandLineTool.run([shape.path], environment: ["CAPTIONER_KERNELS": "sse9"])
        #expect(refused.status == 1)
        #expect(refused.output.isEmpty)
        #expect(refused.errors.contains("CAPTIONER_KERNELS is sse9, and this machine has: "))
    }

    /// An option comes before the environment, and is reported by its own name.
    @Test func anOptionChoosesTheKernels() throws {
        let arguments = [shape.path, "--precision", "f32", "--kernels"]
        let environment = ["CAPTIONER_KERNELS": "sse9"]
        #expect(try CommandLineTool.run(arguments + ["portable"], environment: environment).status == 0)
        for name in ["sse9", "AVX2", "portable "] {
            let refused = try CommandLineTool.run(arguments + [name])
            #expect(refused.status != 0 && refused.output.isEmpty)
            #expect(refused.errors.contains("\(name), and this machine has: "), "\(refused.errors)")
            #expect(refused.errors.contains("portable"))
        }
    }

    /// What the processor has decides what `auto` is; each precision that is asked for is what it is everywhere.
    @Test(arguments: ["f32", "bf16", "int8"])
    func everyPrecisionCaptions(precision: String) throws {
        let folder = try TemporaryFolder()
        let arguments = ["--precision", precision, "--summary", "sum.json", "--layer-precision", "lm_head=f32"]
        let result = try CommandLineTool.run([shape.path] + arguments, in: folder.url)
        #expect(result.status == 0)
        #expect(try record(#require(result.lines.first))["caption"] as? String != "")
        let summary = try record(String(contentsOf: folder.url.appendingPathComponent("sum.json"), encoding: .utf8))
        #expect(summary["precision"] as? String == precision)
    }

    @Test func automaticIsFloat32WhereTheKernelsAreForAnyProcessor() throws {
        let automatic = try CommandLineTool.run([shape.path, "--kernels", "portable", "--log-probabilities"])
        let float32 = try CommandLineTool.run([
            shape.path, "--kernels", "portable", "--log-probabilities", "--precision", "f32",
        ])
        #expect(automatic.status == 0 && automatic.lines == float32.lines)
    }

    private func record(_ line: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
}
