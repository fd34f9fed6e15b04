import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Checkpoints

/// Packed files that were damaged, or made by others: the message names the file, the cause, and the way out.
struct PackedFileTests {
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What follows the file's path, or the folder's, or is the whole message.
        let expected: String
        let apply: @Sendable (inout SafetensorsEdit) -> Void

        init(_ name: String, _ expected: String, apply: @escaping @Sendable (inout SafetensorsEdit) -> Void) {
            testDescription = name
            self.expected = expected
            self.apply = apply
        }
    }

    private let folder: TemporaryFolder
    private let target: URL
    private let file: URL

    init() throws {
        folder = try TemporaryFolder()
        target = folder.url.appendingPathComponent("packed")
        file = target.appendingPathComponent("packed.safetensors")
        let layers = TinyLayers()
        _ = try layers.packer(try layers.checkpoint(in: folder), CheckpointPackerTests.plan)
            .write(to: target, copying: [])
    }

    private func loadingFails() throws -> String {
        try #require(throws: CheckpointError.self) {
            let weights = try Checkpoint(folder: target).weights()
            try TinyLayers.ask(weights)
            try weights.validate()
        }.description
    }

    static let metadataDamages =
        [
            Damage(
                "no metadata",
                "names the format nothing, expected \"captioner-packed\"; caption-images pack makes such files"
            ) { $0.metadata = nil },
            Damage(
                "another format",
                "names the format \"pt\", expected \"captioner-packed\"; caption-images pack makes such files"
            ) { $0.metadata?["format"] = "pt" },
            Damage(
                "no precision",
                "names the precision nothing, expected \"bf16\" or \"int8\"; pack the original checkpoint again"
            ) {
                $0.metadata?["precision"] = nil
            },
            Damage(
                "an unknown precision",
                "names the precision \"int4\", expected \"bf16\" or \"int8\"; pack the original checkpoint again"
            ) { $0.metadata?["precision"] = "int4" },
            Damage(
                "no packed precision",
                "names the precision \"f32\", expected \"bf16\" or \"int8\"; pack the original checkpoint again"
            ) { $0.metadata?["precision"] = "f32" },
        ]
        + ["half", "half=", "=bf16", "half=int4", "half=bf16=int8"].map { text in
            Damage(
                "layer precision \(text)",
                "names the layer precision \"\(text)\", expected one such as \"lm_head=bf16\"; pack the original checkpoint again"
            ) { $0.metadata?["layer_precisions"] = "whole=f32,\(text)" }
        }

    @Test(arguments: metadataDamages)
    func metadataThatMakesNoSense(damage: Damage) throws {
        var edit = try SafetensorsEdit(file)
        damage.apply(&edit)
        try edit.write(to: file)
        #expect(try loadingFails() == "\(file.path) is malformed: its metadata \(damage.expected)")
    }

    @Test(arguments: ["2", "0", "", "1.0", nil])
    func otherVersionsAreRefused(version: String?) throws {
        var edit = try SafetensorsEdit(file)
        edit.metadata?["version"] = version
        try edit.write(to: file)
        #expect(
            try loadingFails() == """
                \(file.path) is malformed: it is packed in version \(version.map { "\"\($0)\"" } ?? "nothing"), and this \
                program reads version 1; pack the original checkpoint again
                """)
    }

    static let tensorDamages = [
        Damage("no scales", "a.weight.scales is missing, expected [80]") { $0.tensors["a.weight.scales"] = nil },
        Damage("no sums", "a.weight.sums is missing, expected [80]") { $0.tensors["a.weight.sums"] = nil },
        Damage("no panels", "a.weight is missing, expected [80, 16]") { $0.tensors["a.weight"] = nil },
        Damage("no bias", "a.bias is missing, expected [70]") { $0.tensors["a.bias"] = nil },
        Damage("panels turned round", "a.weight is [16, 80], expected [80, 16]") {
            $0.tensors["a.weight"]?.shape = [16, 80]
        },
        Damage("panels in a line", "half.weight is [224], expected [16, 14]") {
            $0.tensors["half.weight"]?.shape = [224]
        },
        Damage("too few scales", "a.weight.scales is [70], expected [80]") {
            $0.tensors["a.weight.scales"]?.shape = [70]
            $0.tensors["a.weight.scales"]?.data.removeLast(40)
        },
        Damage("unsigned bytes", "a.weight has dtype U8, expected I8") { $0.tensors["a.weight"]?.dtype = "U8" },
        Damage("other halves", "half.weight has dtype F16, expected BF16") { $0.tensors["half.weight"]?.dtype = "F16" },
        Damage("sums that are floats", "a.weight.sums has dtype F32, expected I32") {
            $0.tensors["a.weight.sums"]?.dtype = "F32"
        },
        Damage("scales that are whole", "a.weight.scales has dtype I32, expected F32") {
            $0.tensors["a.weight.scales"]?.dtype = "I32"
        },
        Damage("a table that is whole", "table.weight has dtype I32, expected F32, F16 or BF16") {
            $0.tensors["table.weight"]?.dtype = "I32"
        },
        Damage("another plan", "a.weight has dtype I8, expected BF16") {
            $0.metadata?["layer_precisions"] = "half=bf16,whole=f32,a=bf16"
        },
        Damage(
            "everything at once",
            "a.weight has dtype U8, expected I8; a.weight.sums is missing, expected [80]; half.weight is [14, 16], expected [16, 14]"
        ) {
            $0.tensors["a.weight"]?.dtype = "U8"
            $0.tensors["a.weight.sums"] = nil
            $0.tensors["half.weight"]?.shape = [14, 16]
        },
    ]

    @Test(arguments: tensorDamages)
    func tensorsThatDoNotFit(damage: Damage) throws {
        var edit = try SafetensorsEdit(file)
        damage.apply(&edit)
        try edit.write(to: file)
        let message = try loadingFails()
        let prefix = "the weights in \(target.path) do not fit the model: "
        #expect(message.hasPrefix(prefix), "\(message)")
        let problems = message.dropFirst(prefix.count).components(separatedBy: "; ").sorted()
        #expect(problems == damage.expected.components(separatedBy: "; ").sorted())
    }

    @Test(arguments: stride(from: 8, to: 64, by: 8))
    func panelsOffTheirLines(misalignment: Int) throws {
        var edit = try SafetensorsEdit(file)
        edit.misalignment = misalignment
        try edit.write(to: file)
        #expect(
            try loadingFails() == """
                cannot use tensor a.weight of \(file.path): it does not begin on a multiple of 64 bytes; pack the original \
                checkpoint again
                """)
    }

    @Test func aFileThatWasTakenApartAndPutTogetherIsAsGood() throws {
        try SafetensorsEdit(file).write(to: file)
        let weights = try Checkpoint(folder: target).weights()
        try TinyLayers.ask(weights)
        try weights.validate()
    }

    @Test func truncatedFilesAreTold() throws {
        let whole = try Data(contentsOf: file)
        for (length, cause) in [
            (whole.count - 1, "is it cut off?"), (whole.count / 2, "header"), (0, "empty"), (5, "5"),
        ] {
            try whole.prefix(length).write(to: file)
            let message = try loadingFails()
            #expect(message.contains(file.path) && message.contains(cause), "\(message)")
        }
    }

    @Test(arguments: ["model.safetensors", "model.safetensors.index.json"])
    func packedAndNotPackedIsTooMuch(other: String) throws {
        try folder.write("", as: "packed/\(other)")
        #expect(
            try loadingFails()
                == "\(target.path): both packed.safetensors and \(other) are in this folder; take one of them away")
    }

    @Test func aFileThatWasNotFinishedIsNoModel() throws {
        try FileManager.default.moveItem(at: file, to: target.appendingPathComponent("packed.safetensors.unfinished"))
        #expect(
            try loadingFails() == """
                \(target.path): packing it was interrupted, packed.safetensors.unfinished says; remove the folder and pack \
                again
                """)
    }
}
