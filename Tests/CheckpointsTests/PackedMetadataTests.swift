import Foundation
import TestSupport
import Testing

@testable import CaptionerCheckpoints

/// What a packed file says of itself, and does not make sense.
struct PackedMetadataTests {
    private let packed: PackedFile

    init() throws { packed = try PackedFile() }

    static let metadataDamages =
        [
            PackedFile.Damage(
                "no metadata",
                "names the format nothing, expected \"captioner-packed\"; caption-images pack makes such files"
            ) { $0.metadata = nil },
            PackedFile.Damage(
                "another format",
                "names the format \"pt\", expected \"captioner-packed\"; caption-images pack makes such files"
            ) { $0.metadata?["format"] = "pt" },
            PackedFile.Damage(
                "no precision",
                "names the precision nothing, expected \"bf16\" or \"int8\"; pack the original checkpoint again"
            ) {
                $0.metadata?["precision"] = nil
            },
            PackedFile.Damage(
                "an unknown precision",
                "names the precision \"int4\", expected \"bf16\" or \"int8\"; pack the original checkpoint again"
            ) { $0.metadata?["precision"] = "int4" },
            PackedFile.Damage(
                "no packed precision",
                "names the precision \"f32\", expected \"bf16\" or \"int8\"; pack the original checkpoint again"
            ) { $0.metadata?["precision"] = "f32" },
        ]
        + ["half", "half=", "=bf16", "half=int4", "half=bf16=int8"].map { text in
            PackedFile.Damage(
                "layer precision \(text)",
                "names the layer precision \"\(text)\", expected one such as \"lm_head=bf16\"; pack the original checkpoint again"
            ) { $0.metadata?["layer_precisions"] = "whole=f32,\(text)" }
        }

    @Test(arguments: metadataDamages)
    func metadataThatMakesNoSense(damage: PackedFile.Damage) throws {
        try packed.edit(damage.apply)
        #expect(try packed.whyNot() == "\(packed.file.path) is malformed: its metadata \(damage.expected)")
    }

    @Test(arguments: ["2", "0", "", "1.0", nil])
    func otherVersionsAreRefused(version: String?) throws {
        try packed.edit { $0.metadata?["version"] = version }
        #expect(
            try packed.whyNot() == """
                \(packed.file.path) is malformed: it is packed in version \(version.map { "\"\($0)\"" } ?? "nothing"), and this \
                program reads version 1; pack the original checkpoint again
                """)
    }
}
