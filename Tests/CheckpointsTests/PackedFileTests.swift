import CaptionerTensorCore
import Foundation
import TestSupport
import Testing

@testable import CaptionerCheckpoints

/// Packed files that were damaged, or made by others: the message names the file, the cause, and the way out.
struct PackedFileTests {
    private let packed: PackedFile

    init() throws { packed = try PackedFile() }

    static let tensorDamages = [
        PackedFile.Damage("no scales", "a.weight.scales is missing, expected [80]") {
            $0.tensors["a.weight.scales"] = nil
        },
        PackedFile.Damage("no sums", "a.weight.sums is missing, expected [80]") { $0.tensors["a.weight.sums"] = nil },
        PackedFile.Damage("no panels", "a.weight is missing, expected [80, 16]") { $0.tensors["a.weight"] = nil },
        PackedFile.Damage("no bias", "a.bias is missing, expected [70]") { $0.tensors["a.bias"] = nil },
        PackedFile.Damage("panels turned round", "a.weight is [16, 80], expected [80, 16]") {
            $0.tensors["a.weight"]?.shape = [16, 80]
        },
        PackedFile.Damage("panels in a line", "half.weight is [224], expected [16, 14]") {
            $0.tensors["half.weight"]?.shape = [224]
        },
        PackedFile.Damage("too few scales", "a.weight.scales is [70], expected [80]") {
            $0.tensors["a.weight.scales"]?.shape = [70]
            $0.tensors["a.weight.scales"]?.data.removeLast(40)
        },
        PackedFile.Damage("unsigned bytes", "a.weight has dtype U8, expected I8") {
            $0.tensors["a.weight"]?.dtype = "U8"
        },
        PackedFile.Damage("other halves", "half.weight has dtype F16, expected BF16") {
            $0.tensors["half.weight"]?.dtype = "F16"
        },
        PackedFile.Damage("sums that are floats", "a.weight.sums has dtype F32, expected I32") {
            $0.tensors["a.weight.sums"]?.dtype = "F32"
        },
        PackedFile.Damage("scales that are whole", "a.weight.scales has dtype I32, expected F32") {
            $0.tensors["a.weight.scales"]?.dtype = "I32"
        },
        PackedFile.Damage("a table that is whole", "table.weight has dtype I32, expected F32, F16 or BF16") {
            $0.tensors["table.weight"]?.dtype = "I32"
        },
        PackedFile.Damage("another plan", "a.weight has dtype I8, expected BF16") {
            $0.metadata?["layer_precisions"] = "half=bf16,whole=f32,a=bf16"
        },
        PackedFile.Damage(
            "everything at once",
            "a.weight has dtype U8, expected I8; a.weight.sums is missing, expected [80]; half.weight is [14, 16], expected [16, 14]"
        ) {
            $0.tensors["a.weight"]?.dtype = "U8"
            $0.tensors["a.weight.sums"] = nil
            $0.tensors["half.weight"]?.shape = [14, 16]
        },
    ]

    @Test(arguments: tensorDamages)
    func tensorsThatDoNotFit(damage: PackedFile.Damage) throws {
        try packed.edit(damage.apply)
        let message = try packed.whyNot()
        let prefix = "the weights in \(packed.target.path) do not fit the model: "
        #expect(message.hasPrefix(prefix), "\(message)")
        let problems = message.dropFirst(prefix.count).components(separatedBy: "; ").sorted()
        #expect(problems == damage.expected.components(separatedBy: "; ").sorted())
    }

    @Test(arguments: [8, 16, 32, 56])
    func panelsOffTheirLines(misalignment: Int) throws {
        try packed.edit { $0.misalignment = misalignment }
        #expect(
            try packed.whyNot() == """
                cannot use tensor a.weight of \(packed.file.path): it does not begin on a multiple of 64 bytes; pack the \
                original checkpoint again
                """)
    }

    @Test func aFileThatWasTakenApartAndPutTogetherIsAsGood() throws {
        try packed.edit { _ in }
        try packed.load()
    }

    @Test func truncatedFilesAreReported() throws {
        let whole = try Data(contentsOf: packed.file)
        for (length, cause) in [
            (whole.count - 1, "is it cut off?"), (whole.count / 2, "is it cut off?"), (100, "its header claims"),
            (5, "it has 5 bytes"), (0, "it is empty"),
        ] {
            try whole.prefix(length).write(to: packed.file)
            let message = try packed.whyNot()
            #expect(message.contains(packed.file.path) && message.contains(cause), "\(message)")
        }
    }

    @Test(arguments: ["model.safetensors", "model.safetensors.index.json"])
    func packedAndNotPackedIsTooMuch(other: String) throws {
        try packed.folder.write("", as: "packed/\(other)")
        #expect(
            try packed.whyNot()
                == "\(packed.target.path): both packed.safetensors and \(other) are in this folder; take one of them away"
        )
    }

    @Test func aFileThatWasNotFinishedIsNoModel() throws {
        try FileManager.default.moveItem(
            at: packed.file, to: packed.target.appendingPathComponent("packed.safetensors.unfinished"))
        #expect(
            try packed.whyNot() == """
                \(packed.target.path): packing it was interrupted, packed.safetensors.unfinished says; remove the folder \
                and pack again
                """)
    }
}
