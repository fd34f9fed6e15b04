import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerFiles

/// Texts that are no plain file of one name, and what is kept of what is said about a text that is replaced.
@Suite struct ReplacedTextTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A member of any kind, as GNU tar (`"ustar  "`) or POSIX writes it.
    private func member(
        _ name: String, _ contents: [UInt8] = [], kind: Unicode.Scalar = "0", link: String = "", gnu: Bool = false,
        fields: [(offset: Int, bytes: [UInt8])] = [], between: [UInt8] = []
    ) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        let size = String(contents.count, radix: 8)
        let digits = Array((String(repeating: "0", count: 11 - size.utf8.count) + size).utf8)
        let parts: [(Int, [UInt8])] =
            [
                (0, Array(name.utf8)), (100, Array("0000640".utf8)), (124, digits), (156, [UInt8(ascii: kind)]),
                (157, Array(link.utf8)), (257, Array((gnu ? "ustar  \0" : "ustar\u{0}00").utf8)),
            ] + fields.map { ($0.offset, $0.bytes) }
        for (offset, bytes) in parts { block.replaceSubrange(offset..<(offset + bytes.count), with: bytes) }
        let sum = block.reduce(8 * 0x20) { $0 + Int($1) }
        block.replaceSubrange(148..<156, with: Array(String(sum + 0o1000000, radix: 8).utf8.dropFirst()) + [0, 0x20])
        return block + between + contents + TarContents.padding(contents.count)
    }

    private func records(_ records: [(String, String)]) -> [UInt8] {
        member("PaxHeaders/x", records.flatMap { PAXRecords.record($0.0, Array($0.1.utf8)) }, kind: "x")
    }

    /// A sparse member as GNU tar and bsdtar write it in a pax archive: its map is a part of its contents.
    private func sparse(_ name: String) -> [UInt8] {
        records([
            ("mtime", "1700000000.5"), ("path", "./GNUSparseFile.0/\(name)"), ("GNU.sparse.major", "1"),
            ("GNU.sparse.minor", "0"), ("GNU.sparse.name", name), ("GNU.sparse.realsize", "8192"), ("comment", "c"),
        ]) + member("./GNUSparseFile.0/\(name)", Array("1\n0\n4\n".utf8))
    }

    /// The same in GNU's own format, with a second block of the map.
    private func sparseOfGNU(_ name: String) -> [UInt8] {
        member(
            name, Array("text".utf8), kind: "S", gnu: true,
            fields: [(386, Array("00000000000\u{0}00000000004\0".utf8)), (482, [1])],
            between: [UInt8](repeating: 0, count: 512))
    }

    private func samples(_ archive: [UInt8]) throws -> [ArchivedSample] {
        let path = FilePath(try folder.write(archive, as: "a.tar").path)
        let reader = ArchivedSampleReader(
            TarFileBytes(try TarFile(path: path)), archive: Array("a.tar".utf8), members: ArchiveMembers())
        var samples: [ArchivedSample] = []
        while let sample = try reader.next() { samples.append(sample) }
        return samples
    }

    /// What an archive holds after the texts of all its samples were replaced.
    private func captioned(_ archive: [UInt8]) throws -> [(name: String, text: String, entry: TarEntry)] {
        var written: [UInt8] = []
        let writer = ArchiveWriter { written += $0 }
        for sample in try samples(archive) {
            try writer.write(sample, text: sample.isItem ? "a caption of \(sample.keyText ?? "")" : nil)
        }
        try writer.finish()
        let path = FilePath(try folder.write(written, as: "new.tar").path)
        let reader = TarReader(TarFileBytes(try TarFile(path: path)))
        var found: [(String, String, TarEntry)] = []
        while let entry = try reader.next() {
            let text = String(decoding: try entry.contents.all(), as: UTF8.self)
            found.append((String(decoding: entry.name, as: UTF8.self), text, entry))
        }
        return found
    }

    @Test func sparseTextsBecomePlainFiles() throws {
        for text in [sparse("a.txt"), sparseOfGNU("a.txt")] {
            let found = try captioned(member("a.png", [1]) + text + member("b.png", [2]))
            #expect(found.map(\.name) == ["a.png", "a.txt", "b.png", "b.txt"])
            #expect(found[1].text == "a caption of a" && !found[1].entry.isSparse && found[1].entry.isFile)
        }
        let headers = try captioned(member("a.png", [1]) + sparse("a.txt"))[1].entry.headers
        let said = String(decoding: headers, as: UTF8.self)
        #expect(said.contains("mtime=1700000000.5") && said.contains("comment=c") && !said.contains("GNU.sparse"))
        // What is not captioned is copied.
        let copied = try samples(member("a.png", [1]) + sparse("a.txt"))[0]
        #expect(copied.entries[1].isSparse && copied.entries[1].name == Array("a.txt".utf8))
    }

    @Test func sparseFilesThatWouldBeReadAreErrors() throws {
        for image in [sparse("a.png"), sparseOfGNU("a.png")] {
            let sample = try samples(image + member("a.txt", Array("old".utf8)))[0]
            let error = #expect(throws: ItemFailure.self) { try #require(sample.picture).bytes() }
            #expect(
                error?.message == "cannot read a.tar/a.png: it is stored as a sparse file, which is not read")
        }
        for text in [sparse("a.txt"), sparseOfGNU("a.txt")] {
            let sample = try samples(member("a.png", [1]) + text)[0]
            let error = #expect(throws: ItemFailure.self) { try sample.oldText() }
            #expect(error?.message.hasSuffix("a.txt: it is stored as a sparse file, which is not read") == true)
        }
    }

    /// A link of the text's name would be in the place of the text when the archive is extracted.
    @Test(arguments: ["1", "2"]) func linksInPlaceOfTextsAreReplaced(_ kind: Unicode.Scalar) throws {
        let link = { (name: String) in member(name, kind: kind, link: "other.txt") }
        let archive =
            member("a.png", [1]) + link("a.txt") + link("b.txt") + member("b.png", [2]) + link("other.jpg")
            + member("c.png", [3])
        let found = try captioned(archive)
        #expect(found.map(\.name) == ["a.png", "a.txt", "b.txt", "b.png", "other.jpg", "c.png", "c.txt"])
        #expect(found.map(\.text)[1...2] == ["a caption of a", "a caption of b"])
        #expect(found[1].entry.isFile && found[2].entry.isFile && found[4].entry.isLink)
        if kind == "2" { #expect(found[1].entry.headers[100..<107].elementsEqual(Array("0000644".utf8))) }
        // Where the link led is gone.
        #expect(!String(decoding: found[1].entry.headers, as: UTF8.self).contains("other"))
        #expect(try samples(archive)[0].oldText() == nil)
    }

    /// tar extracts the last, other readers may take the first.
    @Test func allTextsOfOneNameAreReplaced() throws {
        let archive =
            member("a.txt", Array("first".utf8)) + member("a.png", [1]) + member("a.txt", Array("last".utf8))
        #expect(try captioned(archive).map(\.text) == ["a caption of a", "\u{1}", "a caption of a"])
        #expect(try samples(archive)[0].oldText() == "last")
    }

    @Test func recordsAreKeptButForTheSize() throws {
        let text = records([("size", "3"), ("uid", "4294967296"), ("comment", "said")]) + member("a.txt", [1, 2, 3])
        let found = try captioned(member("a.png", [1]) + text)
        #expect(found.map(\.text) == ["\u{1}", "a caption of a"])
        let said = String(decoding: found[1].entry.headers, as: UTF8.self)
        #expect(said.contains("18 uid=4294967296\n") && said.contains("comment=said\n") && !said.contains("size="))
        // Where nothing else is said there is nothing to keep.
        let alone = try captioned(member("a.png", [1]) + records([("size", "3")]) + member("a.txt", [1, 2, 3]))
        #expect(alone[1].entry.headers.count == 512)
    }

    @Test func membersAreFoundByAnyNumberOfSlashes() throws {
        let path = FilePath(try folder.write(member("set//a.png", [7]) + member("/b.png", [8]), as: "s.tar").path)
        for (name, byte) in [("set//a.png", UInt8(7)), ("/b.png", 8)] {
            let found = ArchivedMembers().picture(FilePath("\(path)/\(name)")) { $0 }
            #expect(try found?.picture.bytes().first == byte)
        }
    }
}
