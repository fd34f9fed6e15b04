import Foundation
import TestSupport
import Testing

@testable import CaptionerCheckpoints

/// A packed checkpoint of `TinyLayers`, to be damaged.
struct PackedFile {
    let folder: TemporaryFolder
    /// The packed folder and its weights.
    let target: URL
    let file: URL

    init() throws {
        folder = try TemporaryFolder()
        target = folder.url.appendingPathComponent("packed")
        file = target.appendingPathComponent("packed.safetensors")
        let layers = TinyLayers()
        _ = try layers.packer(try layers.checkpoint(in: folder), CheckpointPackerTests.plan)
            .write(to: target, copying: [])
    }

    func edit(_ change: (inout SafetensorsEdit) -> Void) throws {
        var edit = try SafetensorsEdit(file)
        change(&edit)
        try edit.write(to: file)
    }

    func load() throws {
        let weights = try Checkpoint(folder: target).weights()
        try TinyLayers.ask(weights)
        try weights.validate()
    }

    /// The message of the error that loading ends with.
    func whyNot() throws -> String {
        try #require(throws: CheckpointError.self) { try load() }.description
    }

    /// What may have happened to it.
    struct Damage: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What the message says besides where.
        let expected: String
        let apply: @Sendable (inout SafetensorsEdit) -> Void

        init(_ name: String, _ expected: String, apply: @escaping @Sendable (inout SafetensorsEdit) -> Void) {
            testDescription = name
            self.expected = expected
            self.apply = apply
        }
    }
}
