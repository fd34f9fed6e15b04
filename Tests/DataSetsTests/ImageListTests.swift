import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerFiles

@Suite struct ImageListTests {
    @Test func foldersAreSearchedInPathOrder() throws {
        let folder = try TemporaryFolder()
        for name in ["b.png", "a/z.JPG", "a/b/c.jpeg", "a-b.png", "notes.txt", "a/.hidden.png", ".git/x.png", "t.webp"]
        {
            try folder.write("", as: name)
        }
        let list = try ImageList(inputs: [folder.url.path])
        #expect(list.images.map(\.name) == ["a-b.png", "a/b/c.jpeg", "a/z.JPG", "b.png", "t.webp"])
        #expect(list.otherFileCount == 1)
        #expect(list.images.allSatisfy { $0.path.isRegularFile })
    }

    @Test func filesAreTakenAsTheyAreGiven() throws {
        let folder = try TemporaryFolder()
        try folder.write("", as: "x/1.png")
        let missing = folder.url.appendingPathComponent("missing.jpg").path
        let text = try folder.write("", as: "notes.txt").path
        let list = try ImageList(inputs: [text, missing, folder.url.appendingPathComponent("x").path])
        #expect(list.images.map(\.name) == [text, missing, "1.png"])
    }

    @Test func imagesOfSeveralFoldersAreDistinguished() throws {
        let folder = try TemporaryFolder()
        for name in ["a/1.png", "b/1.png", "c.png"] { try folder.write("", as: name) }
        let inputs = ["a", "b/", "c.png"].map { folder.url.path + "/" + $0 }
        #expect(
            try ImageList(inputs: inputs).images.map(\.name) == [inputs[0] + "/1.png", inputs[1] + "1.png", inputs[2]])
    }

    /// Names that are not UTF-8 are escaped, and their files are found.
    @Test func namesThatAreNotUTF8AreToldApart() throws {
        let folder = try TemporaryFolder()
        let root = FilePath(folder.url.path)
        for name in [[0x61, 0xE9], [0x61, 0xE8]] as [[UInt8]] {
            try FileBytes.write(name, to: FilePath(bytes: root.bytes + [0x2F] + name + Array(".jpg".utf8)))
            let subfolder = FilePath(bytes: root.bytes + [0x2F] + name)
            try subfolder.makeFolders()
            try FileBytes.write(name + name, to: subfolder.appending("1.jpg"))
        }
        let list = try ImageList(inputs: [folder.url.path])
        #expect(list.images.map(\.name) == ["a%E8.jpg", "a%E8/1.jpg", "a%E9.jpg", "a%E9/1.jpg"])
        #expect(try Set(list.images.map { try FileBytes.of($0.path) }).count == 4)
        let several = try ImageList(
            inputs: list.images.filter { $0.name.hasSuffix("/1.jpg") }.map { GivenPath($0.path.folder) })
        #expect(several.images.map(\.name) == ["\(root)/a%E8/1.jpg", "\(root)/a%E9/1.jpg"])
    }

    /// Folder and image are escaped together: each name leads to its own file.
    @Test func namesBelowSeveralFoldersAreDistinguished() throws {
        let folder = try TemporaryFolder()
        let root = FilePath(folder.url.path)
        var inputs: [GivenPath] = []
        for name in [[0x66, 0xE9], Array("f%E9".utf8), Array("%C3".utf8), [0xC3]] as [[UInt8]] {
            let subfolder = root.pushing(FilePath(bytes: name))
            try subfolder.makeFolders()
            inputs.append(GivenPath(subfolder))
            for image in ["A.png", "%41.png", "%A9.png", "%25A9.png"] {
                try FileBytes.write([1], to: subfolder.appending(image))
            }
        }
        let images = try ImageList(inputs: inputs).images
        #expect(images.count == 16 && Set(images.map { ExactString($0.name) }).count == 16)
        for image in images { #expect(FilePath(escaped: image.name).bytes == image.path.bytes, "\(image.name)") }
    }

    /// Two folders that look the same to a person are two.
    @Test func namesThatDifferInBytesAloneAreTwo() throws {
        let folder = try TemporaryFolder()
        for name in ["caf\u{E9}", "cafe\u{301}"] {
            for number in 1...3 { try folder.write("", as: "\(name)/\(number).png") }
        }
        let list = try ImageList(inputs: [folder.url.path])
        #expect(list.images.count == 6)
        #expect(Set(list.images.map { ExactString($0.name) }).count == 6)
        #expect(try ImageList(inputs: ["caf\u{E9}", "cafe\u{301}"].map { folder.path($0) }).images.count == 6)
    }

    /// Deeper than a system call takes a path.
    @Test func deepFoldersAreSearched() throws {
        let folder = try TemporaryFolder()
        let deep = (0..<700).reduce(FilePath(folder.url.path)) { path, _ in path.appending("folder") }
        try deep.makeFolders()
        try FileBytes.write([1], to: deep.appending("1.png"))
        let image = try #require(try ImageList(inputs: [folder.url.path]).images.first)
        #expect(image.name.utf8.count == 700 * 7 + 5)
        #expect(try FileBytes.of(image.path) == [1])
    }

    @Test func linksAreFollowedAndCirclesEnd() throws {
        let folder = try TemporaryFolder()
        let real = try folder.write("", as: "real.png")
        let manager = FileManager.default
        try manager.createSymbolicLink(at: folder.url.appendingPathComponent("link.png"), withDestinationURL: real)
        try manager.createSymbolicLink(at: folder.url.appendingPathComponent("loop"), withDestinationURL: folder.url)
        let elsewhere = try TemporaryFolder()
        try elsewhere.write("", as: "far.png")
        try manager.createSymbolicLink(
            at: folder.url.appendingPathComponent("linked"), withDestinationURL: elsewhere.url)
        #expect(
            try ImageList(inputs: [folder.url.path]).images.map(\.name) == ["link.png", "linked/far.png", "real.png"])
    }
}
