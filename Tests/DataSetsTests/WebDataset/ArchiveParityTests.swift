import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerFiles

/// Archives of every form that Python's tarfile writes, beside what WebDataset's own reader finds in them.
@Suite(.timeLimit(.minutes(5))) struct ArchiveParityTests {
    struct Sample: Decodable, Equatable {
        /// Bytes in hexadecimal digits.
        let key: String
        let members: [String: String]
    }

    struct Archive: Decodable {
        let name: String
        let content: Data
        let samples: [Sample]
    }

    struct Braces: Decodable {
        let name: String
        let names: [String]
    }

    struct Fixture: Decodable {
        let archives: [Archive]
        let braces: [Braces]
    }

    let fixture: Fixture
    let folder: TemporaryFolder

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/archives.json")
        fixture = try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
        folder = try TemporaryFolder()
    }

    /// The archive as a file, decompressed.
    private func file(_ archive: Archive) throws -> FilePath {
        let compressed = try folder.write(Array(archive.content), as: "\(archive.name).tar.gz")
        let path = FilePath(folder.path("\(archive.name).tar"))
        let source = DecompressedFile(
            descriptor: FilePath(compressed.path).opened(O_RDONLY), path: FilePath(compressed.path))
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while case let count = try source.read(into: &block), count > 0 { bytes += block[..<count] }
        try FileBytes.write(bytes, to: path)
        return path
    }

    private func samples(_ reader: ArchivedSampleReader) throws -> [ArchivedSample] {
        var samples: [ArchivedSample] = []
        while let sample = try reader.next() { samples.append(sample) }
        return samples
    }

    private func described(_ samples: [ArchivedSample]) throws -> [Sample] {
        try samples.compactMap { sample in
            let members = try sample.entries.compactMap { entry in
                try entry.place.map { (String(decoding: $0.member, as: UTF8.self), hex(try entry.contents.all())) }
            }
            guard !members.isEmpty else { return nil }
            return Sample(key: hex(sample.key), members: Dictionary(members) { first, _ in first })
        }
    }

    private func hex(_ bytes: [UInt8]) -> String { bytes.map(\.hexadecimal).joined().lowercased() }

    private func bytes(of samples: [ArchivedSample], text: (ArchivedSample) -> String?) throws -> [UInt8] {
        var written: [UInt8] = []
        let writer = ArchiveWriter { written += $0 }
        for sample in samples { try writer.write(sample, text: text(sample)) }
        try writer.finish()
        return written
    }

    private func members(_ text: String? = nil) -> ArchiveMembers { ArchiveMembers(text: text) }

    @Test func samplesAreThoseOfWebDataset() throws {
        for archive in fixture.archives {
            let path = try file(archive)
            let reader = ArchivedSampleReader(
                TarFileBytes(try TarFile(path: path)), archive: path.bytes, members: members())
            #expect(try described(samples(reader)) == archive.samples, "\(archive.name)")
            // As they come through a pipe.
            let stream = ArchivedSampleReader(
                TarStreamBytes(descriptor: path.opened(O_RDONLY), path: path), archive: [], members: members())
            #expect(try described(samples(stream)) == archive.samples, "\(archive.name)")
        }
        #expect(fixture.archives.count > 10)
    }

    /// Without new texts an archive is copied byte for byte, but for the zeros at its end.
    @Test func unchangedArchivesAreCopied() throws {
        for archive in fixture.archives {
            let path = try file(archive)
            let original = try FileBytes.of(path)
            let reader = ArchivedSampleReader(TarFileBytes(try TarFile(path: path)), archive: [], members: members())
            let copy = try bytes(of: samples(reader)) { _ in nil }
            let end = (original.lastIndex { $0 != 0 } ?? 0) + 1
            #expect(copy.prefix(end).elementsEqual(original.prefix(end)), "\(archive.name)")
            #expect(copy.count % 10240 == 0 && copy.dropFirst(end).allSatisfy { $0 == 0 }, "\(archive.name)")
        }
    }

    /// New texts replace those of `.txt`, or are added as another member; all other members keep their bytes and places.
    @Test(arguments: [nil, "caption.txt"]) func textsAreReplacedOrAdded(_ member: String?) throws {
        for archive in fixture.archives {
            let path = try file(archive)
            let found = try samples(
                ArchivedSampleReader(TarFileBytes(try TarFile(path: path)), archive: [], members: members(member)))
            for text in ["", "a caption", String(repeating: "länger ", count: 200)] {
                let written = try folder.write(bytes(of: found) { $0.isItem ? text : nil }, as: "written.tar")
                let again = try samples(
                    ArchivedSampleReader(
                        TarFileBytes(try TarFile(path: FilePath(written.path))), archive: [], members: members(member)))
                let expected = zip(archive.samples, found.filter { !$0.key.isEmpty }).map { sample, found in
                    var members = sample.members
                    if found.isItem {
                        let old = try? found.oldText()
                        // A text that says the same stays as it is.
                        let keeps = !found.writtenTexts.isEmpty && old == text
                        if !keeps { members[member ?? "txt"] = hex(Array(text.utf8)) }
                    }
                    return Sample(key: sample.key, members: members)
                }
                #expect(try described(again) == expected, "\(archive.name)")
                // In their places: without the text the names follow each other as before.
                func names(_ samples: [ArchivedSample]) -> [[UInt8]] {
                    samples.flatMap(\.entries).filter { $0.place?.member != Array((member ?? "txt").utf8) }.map(\.name)
                }
                #expect(names(again) == names(found), "\(archive.name)")
            }
        }
    }

    /// Cut anywhere, an archive gives the samples before, and says that it is cut, but where a member ends.
    @Test func cutArchivesSayThatTheyAreCut() throws {
        let archive = try #require(fixture.archives.first { $0.name == "pax with times" })
        let whole = try FileBytes.of(try file(archive))
        let ends = Set(try TarEnds.of(whole))
        for cut in Array(stride(from: 1, to: 512 * 18, by: 97)) + ends.sorted().map(\.padded) where cut > 0 {
            let path = FilePath(try folder.write(Array(whole.prefix(cut)), as: "cut.tar").path)
            let found = try samples(
                ArchivedSampleReader(TarFileBytes(try TarFile(path: path)), archive: [], members: members()))
            let isDamaged = found.last?.damage != nil
            #expect(isDamaged == !ends.contains { cut >= $0.data && cut <= $0.padded }, "\(cut)")
            for sample in try described(found).dropLast() { #expect(archive.samples.contains(sample), "\(cut)") }
        }
    }

    /// Whatever is in a header, an archive is read to its end or to its damage, and what was read can be written.
    @Test func brokenHeadersAreDamageAndNothingElse() throws {
        var random = SplitMix64(seed: 3)
        var damaged = 0
        for archive in fixture.archives {
            let whole = try FileBytes.of(try file(archive))
            for _ in 0..<60 {
                var bytes = whole
                let header = Int(random.next() % UInt64(max(bytes.count / 512, 1))) * 512
                for _ in 0..<(1 + random.next() % 6) {
                    // Sizes, checksums and kinds more often than the rest.
                    let field = random.next() % 3 == 0 ? 0..<512 : 100..<265
                    let place = header + field.lowerBound + Int(random.next() % UInt64(field.count))
                    if place < bytes.count { bytes[place] = [0, 0x30, 0x37, 0x80, 0xFF][Int(random.next() % 5)] }
                }
                // A checksum that is right, so that the rest of the header is looked at.
                if header + 512 <= bytes.count, random.next() % 2 == 0 {
                    let sum = (0..<512).reduce(0) { $0 + ((148..<156).contains($1) ? 0x20 : Int(bytes[header + $1])) }
                    let digits = Array(String(sum + 0o1000000, radix: 8).utf8.dropFirst()) + [0, 0x20]
                    bytes.replaceSubrange((header + 148)..<(header + 156), with: digits)
                }
                let path = FilePath(try folder.write(bytes, as: "broken.tar").path)
                let reader = ArchivedSampleReader(
                    TarFileBytes(try TarFile(path: path)), archive: [], members: members())
                let found = try samples(reader)
                if found.last?.damage != nil { damaged += 1 }
                _ = try self.bytes(of: found) { $0.isItem ? "a caption" : nil }
                let stream = ArchivedSampleReader(
                    TarStreamBytes(descriptor: path.opened(O_RDONLY), path: path), archive: [], members: members())
                let streamed = try samples(stream)
                #expect(try described(streamed) == described(found))
            }
        }
        #expect(damaged > 50)
    }

    /// Zeros in place of a header, and bytes after them that are no header, are damage; the end of one archive before another is not.
    @Test func zerosAreAnEndOrDamage() throws {
        let whole = try FileBytes.of(try file(try #require(fixture.archives.first { $0.name == "ustar" })))
        func read(_ bytes: [UInt8]) throws -> [ArchivedSample] {
            let path = FilePath(try folder.write(bytes, as: "zeros.tar").path)
            return try samples(
                ArchivedSampleReader(TarFileBytes(try TarFile(path: path)), archive: [], members: members()))
        }
        #expect(try read(whole + whole).count == 6)
        #expect(try read(whole + [0, 0, 0]).last?.damage == nil)
        #expect(try read(whole + Array("what is this".utf8)).last?.damage != nil)
        let second = try #require(TarEnds.of(whole).dropFirst(3).first?.padded)
        var hole = whole
        hole.replaceSubrange(second..<(second + 512), with: [UInt8](repeating: 0, count: 512))
        let found = try read(hole)
        #expect(found.count == 2 && found[1].damage?.contains("what follows zeros, at byte \(second + 512)") == true)
        #expect(
            try read(Array("<html>".utf8) + [UInt8](repeating: 0x20, count: 600)).last?.damage?.contains(
                "looks like HTML") == true)
    }

    @Test func bracesStandForWhatTheyStandForInPython() throws {
        for braces in fixture.braces {
            let names = BraceExpansion.expand(Array(braces.name.utf8)).map {
                $0.map { String(decoding: $0, as: UTF8.self) }
            }
            #expect(names == braces.names, "\(braces.name)")
        }
        for many in [
            "{0..99999999}", "{{1..900000},{1..900000}}", String(repeating: "{a,b}", count: 30),
            String(repeating: "{a,", count: 3000),
        ] {
            #expect(BraceExpansion.expand(Array(many.utf8)) == nil)
        }
        #expect(BraceExpansion.expand(Array("{-9223372036854775808..9223372036854775807}".utf8)) == nil)
    }
}

/// Where the members of an archive end.
private struct TarEnds: Hashable, Comparable {
    let data: Int
    let padded: Int

    static func < (left: TarEnds, right: TarEnds) -> Bool { left.data < right.data }

    static func of(_ bytes: [UInt8]) throws -> [TarEnds] {
        var ends = [TarEnds(data: 0, padded: 0)]
        var offset = 0
        while offset < bytes.count, let header = TarHeader(Array(bytes[offset..<(offset + 512)])) {
            let data = offset + 512 + header.size
            offset = (data + 511) / 512 * 512
            // An extended header is no end.
            if header.kind != UInt8(ascii: "x") { ends.append(TarEnds(data: data, padded: offset)) }
        }
        return ends
    }
}
