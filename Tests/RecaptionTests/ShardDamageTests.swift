import Captioner
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets
@testable import CaptionerFiles
@testable import CaptionerRecaption

/// Shards whose files are not those with which they were finished are not merged.
@Suite(.timeLimit(.minutes(45))) struct ShardDamageTests {
    enum Damage: String, CaseIterable, Sendable {
        case ofOtherShard, letter, swappedLines, doubledLine, lineThatIsNoRow, restWithoutLineBreak, lineBreakGone

        /// - Parameters:
        ///   - bytes: of a file that has a header and two rows, or more.
        ///   - other: the same file of another shard.
        func done(to bytes: [UInt8], _ other: [UInt8]) -> [UInt8] {
            var lines = bytes.split(separator: UInt8(ascii: "\n")).map { Array($0) + [UInt8(ascii: "\n")] }
            switch self {
            case .ofOtherShard: return other
            case .letter: lines[1][lines[1].count / 2] ^= 1
            case .swappedLines: lines.swapAt(1, 2)
            case .doubledLine: lines.insert(lines[1], at: 1)
            case .lineThatIsNoRow: lines[1] = Array(repeating: UInt8(ascii: "x"), count: lines[1].count - 1) + [0x0A]
            case .restWithoutLineBreak: lines.append(Array("{".utf8))
            case .lineBreakGone: lines[lines.count - 1].removeLast()
            }
            return lines.flatMap { $0 }
        }
    }

    private func shards(_ fixture: RunFixture, _ format: OutputFormat) async throws -> [RunFiles] {
        // Two halves with as many rows and error records each.
        let bad = (0..<3).map { #"{"id": \#($0), "text": "<__dj__image> <|__dj__eoc|>", "images": ["no\#($0).png"]}"# }
        let lines = RunFixture.samples.prefix(2) + bad + RunFixture.samples.suffix(2) + bad
        let file = try fixture.folder.write(lines.joined(separator: "\n") + "\n", as: "set.jsonl")
        var job = fixture.job(try DataSet(path: file.path), format)
        for number in 1...2 {
            job.shard = try #require(Shard(number: number, count: 2))
            try await fixture.run(job, "part\(number)")
        }
        return [fixture.files("part1"), fixture.files("part2")]
    }

    @Test(arguments: [OutputFormat.jsonl, .csv, .dataJuicer], Damage.allCases)
    func isReported(format: OutputFormat, damage: Damage) async throws {
        let fixture = try await RunFixture()
        let parts = try await shards(fixture, format)
        let merge = { try ShardMerge(parts.map(\.output))(to: fixture.files("merged").output) }
        for (path, other) in [(parts[1].output, parts[0].output), (parts[1].errors, parts[0].errors)] {
            let bytes = fixture.bytes(path)
            let damaged = damage.done(to: bytes, fixture.bytes(other))
            try #require(damaged != bytes)
            try FileBytes.write(damaged, to: path)
            let error = #expect(throws: (any Error).self) { _ = try merge() }
            let text = "\(String(describing: error))"
            #expect(text.contains("\(path) is damaged"), "\(text)")
            #expect(text.contains("--overwrite"), "\(text)")
            #expect(!fixture.files("merged").all.contains { $0.exists })
            try FileBytes.write(bytes, to: path)
        }
        #expect(try merge().errors == 8)
    }

    /// Descriptions of earlier versions have no checksums.
    @Test(arguments: [Damage.ofOtherShard, .doubledLine, .restWithoutLineBreak, .lineBreakGone])
    func isReportedWithoutChecksums(damage: Damage) async throws {
        let fixture = try await RunFixture()
        let parts = try await shards(fixture, .jsonl)
        for part in parts {
            let lines = fixture.lines(part.description).filter { !$0.contains("crc32\": ") }
            let text = lines.joined(separator: "\n").replacing(",\n}", with: "\n}")
            try FileBytes.write(Array(text.utf8), to: part.description)
            #expect(try RunDescription(path: part.description).checksum == nil)
        }
        let merge = { try ShardMerge(parts.map(\.output))(to: fixture.files("merged").output) }
        for (path, other) in [(parts[1].output, parts[0].output), (parts[1].errors, parts[0].errors)] {
            let bytes = fixture.bytes(path)
            try FileBytes.write(damage.done(to: bytes, fixture.bytes(other)), to: path)
            #expect(throws: (any Error).self) { _ = try merge() }
            try FileBytes.write(bytes, to: path)
        }
        #expect(try merge().errors == 8)
    }

    /// Rows that were changed on purpose are taken by the shard's own run, if they are those of its samples.
    @Test func aCaptionThatWasChangedIsTakenByTheRun() async throws {
        let fixture = try await RunFixture()
        let job = fixture.job(try fixture.images(), .jsonl)
        try await fixture.run(job, "part")
        let part = fixture.files("part")
        var lines = fixture.lines(part.output)
        let name = fixture.folder.path("p0.png")
        lines[0] = #"{"image": "\#(name)", "caption": "mine"}"#
        try fixture.folder.write(lines.joined(separator: "\n") + "\n", as: "part")
        #expect(throws: RecaptionError.self) { try ShardMerge([part.output])(to: fixture.files("merged").output) }
        try await fixture.run(job, "part")
        _ = try ShardMerge([part.output])(to: fixture.files("merged").output)
        #expect(fixture.lines(fixture.files("merged").output) == lines)
    }

    @Test func checksumsAreThoseOfPython() {
        var prefix = FilePrefix()
        for part in ["1234", "", "56789"] { prefix.add(part.utf8) }
        #expect(prefix.byteCount == 9 && prefix.checksum == 0xCBF4_3926)
    }
}
