import CaptionerTensorCore
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerCheckpoints

/// What cannot be packed, or not there: one message, and no files left.
struct PackingRefusalTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func message(_ target: String, layers: TinyLayers = TinyLayers(), copying: [String] = []) throws -> String {
        let packer = try layers.packer(try layers.checkpoint(in: folder), CheckpointPackerTests.plan)
        let url = target.hasPrefix("/") ? URL(fileURLWithPath: target) : folder.url.appendingPathComponent(target)
        let error = try #require(throws: CheckpointError.self) { _ = try packer.write(to: url, copying: copying) }
        return error.description
    }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted() }
    }

    @Test func aFolderThatIsNotEmptyIsLeftAlone() throws {
        try folder.write("mine", as: "packed/notes.txt")
        #expect(
            try message("packed")
                == "cannot write \(folder.path("packed")): it is not empty; name a folder that is not there yet")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("packed")) == ["notes.txt"])
    }

    @Test func aFileIsNoFolder() throws {
        try folder.write("mine", as: "packed")
        #expect(
            try message("packed")
                == "cannot write \(folder.path("packed")): it is a file; name a folder that is not there yet")
        #expect(try String(contentsOfFile: folder.path("packed"), encoding: .utf8) == "mine")
    }

    /// Not even root can make folders there.
    @Test func foldersThatCannotBeMade() throws {
        #expect(try message("/dev/null/packed") == "cannot write /dev/null/packed: Not a directory")
        try folder.write("", as: "file")
        #expect(try message("file/a/b") == "cannot write \(folder.path("file/a/b")): Not a directory")
        #expect(try names == ["file", "model"])
        let long = "a/\(String(repeating: "x", count: 300))"
        #expect(try message(long) == "cannot write \(folder.path(long)): File name too long")
        #expect(try names == ["file", "model"], "the folder on the way is gone again")
    }

    @Test(
        arguments: [Float.nan, .infinity, -.infinity],
        [("a.weight", 0), ("a.weight", 909), ("half.weight", 25)])
    func aWeightThatIsNotFiniteIsNamed(value: Float, place: (tensor: String, index: Int)) throws {
        let layers = TinyLayers { name, values in if name == place.tensor { values[place.index] = value } }
        #expect(
            try message("on/the/way", layers: layers) == """
                cannot use tensor \(place.tensor) of \(folder.path("model/model.safetensors")): it holds a number that is \
                not finite, which cannot be quantized
                """)
        #expect(try names == ["model"], "neither the folder nor those on its way are left")
    }

    @Test func anEmptyFolderThatWasThereStays() throws {
        try FileManager.default.createDirectory(atPath: folder.path("packed"), withIntermediateDirectories: true)
        let layers = TinyLayers { name, values in if name == "a.weight" { values[3] = .nan } }
        try folder.write("{}", as: "model/config.json")
        #expect(try message("packed", layers: layers, copying: ["config.json"]).contains("a.weight"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("packed")) == [])
    }

    @Test func whatStaysFloat32MayBeAnything() throws {
        let layers = TinyLayers { name, values in if name == "whole.weight" { values[3] = .infinity } }
        let target = folder.url.appendingPathComponent("packed")
        _ = try layers.packer(try layers.checkpoint(in: folder), CheckpointPackerTests.plan)
            .write(to: target, copying: [])
        let found = try Checkpoint(folder: target).weights().parameter("whole.weight", shape: [3, 5])
        #expect(values(of: found)[3] == .infinity)
    }

    @Test func aFileThatCannotBeReadIsNamedAsTheSource() throws {
        try FileManager.default.createDirectory(
            atPath: folder.path("model/vocab.json"), withIntermediateDirectories: true)
        let text = try message("packed", copying: ["vocab.json"])
        #expect(text.hasPrefix("cannot read \(folder.path("model/vocab.json")): "), "\(text)")
        #expect(try names == ["model"])
    }

    @Test func whatIsPackedIsNotPackedAgain() throws {
        let layers = TinyLayers()
        let target = folder.url.appendingPathComponent("packed")
        _ = try layers.packer(try layers.checkpoint(in: folder), CheckpointPackerTests.plan)
            .write(to: target, copying: [])
        let packed = try Checkpoint(folder: target)
        let error = #expect(throws: CheckpointError.self) {
            _ = try layers.packer(packed, PrecisionPlan(.bfloat16))
        }
        #expect(error?.description == "\(target.path): this is packed already; pack the original checkpoint")
    }

    /// A device that is always full: what a full disk says is reported, with what would be needed.
    @Test func aFullDiskIsReportedWithTheBytesNeeded() throws {
        guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
        let file = try FileWriter("/dev/full")
        file.expectedSize = 12345
        let error = #expect(throws: CheckpointError.self) {
            try [UInt8](repeating: 1, count: 10).withUnsafeBytes { try file.write($0) }
        }
        #expect(
            error?.description == """
                cannot write /dev/full: No space left on device; it takes 12345 bytes, make room or write elsewhere
                """)
    }
}
