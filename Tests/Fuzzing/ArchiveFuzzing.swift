import Foundation
import SystemPackage

@testable import CaptionerDataSets
@testable import CaptionerFiles

/// Archives of samples, read from a file and through a pipe, and written again with other texts.
enum ArchiveFuzzing {
    private static let folder = ScratchFolder()
    private static let members = ArchiveMembers()
    private static let caption = "a caption"
    private static let blockSize = TarHeader.blockSize

    static func run(_ input: [UInt8]) {
        check(input)
        // Hardly any change to a header would get beyond its checksum.
        check(corrected(input))
    }

    private static func check(_ archive: [UInt8]) {
        let samples = read(archive)
        compare(samples, through: archive)
        let copy = written(samples, text: nil)
        let kept = read(copy)
        finding(unless: kept.damage == nil, "a copy that is damaged: \(kept.damage ?? "")")
        finding(unless: kept.entries == samples.entries, "a copy with other members")
        let new = written(samples, text: caption)
        let captioned = read(new)
        finding(unless: captioned.damage == nil, "a new archive that is damaged: \(captioned.damage ?? "")")
        for sample in captioned.samples where sample.image != nil {
            finding(unless: (try? sample.oldText()) == caption, "a sample without its caption")
        }
        finding(unless: written(captioned, text: caption) == new, "captions that are written a second time are others")
        let untouched = { (archive: Archive) in archive.entries.filter { !$0.isText } }
        finding(unless: untouched(captioned) == untouched(samples), "a member that is no text was changed")
    }

    /// Of a pipe the same comes as of a file.
    private static func compare(_ samples: Archive, through archive: [UInt8]) {
        // A compressed archive is read through a pipe only.
        guard !archive.starts(with: [0x1F, 0x8B]) else { return }
        let descriptor = open(path.string, O_RDONLY)
        let streamed = read(TarStreamBytes(descriptor: descriptor, path: path))
        finding(unless: streamed.entries == samples.entries, "a pipe gives other members than a file")
    }

    private static let path = FilePath(folder.url.appendingPathComponent("a.tar").path)

    private static func read(_ archive: [UInt8]) -> Archive {
        folder.write(archive, as: "a.tar")
        guard let file = try? TarFile(path: path) else { fatalError("the fuzzer's own archive") }
        return read(TarFileBytes(file))
    }

    private static func read(_ bytes: any TarBytes) -> Archive {
        var archive = Archive()
        let reader = ArchivedSampleReader(bytes, archive: [], members: members)
        do {
            while let sample = try reader.next() {
                if let damage = sample.damage { archive.damage = damage } else { archive.add(sample) }
            }
        } catch {
            finding(unless: false, "\(error)")
        }
        return archive
    }

    private static func written(_ archive: Archive, text: String?) -> [UInt8] {
        var bytes: [UInt8] = []
        let writer = ArchiveWriter { bytes += $0 }
        // The file with the contents is the one that was read last.
        do {
            for sample in archive.samples { try writer.write(sample, text: text) }
            try writer.finish()
        } catch {
            finding(unless: false, "\(error)")
        }
        return bytes
    }

    /// Samples whose contents are in memory.
    private struct Archive {
        var samples: [ArchivedSample] = []
        var entries: [Member] = []
        var damage: String?

        mutating func add(_ sample: ArchivedSample) {
            var sample = sample
            let (texts, image) = (sample.writtenTexts, sample.image)
            sample.entries = sample.entries.map { entry in
                TarEntry(
                    name: entry.name, isFile: entry.isFile, isSparse: entry.isSparse, headers: entry.headers,
                    header: entry.header, contents: .bytes((try? entry.contents.all()) ?? []))
            }
            samples.append(sample)
            entries += sample.entries.enumerated().map { number, entry in
                Member(
                    name: entry.name, headers: entry.headers, contents: (try? entry.contents.all()) ?? [],
                    isText: image != nil && texts.contains(number))
            }
        }
    }

    private struct Member: Equatable {
        let name: [UInt8]
        let headers: [UInt8]
        let contents: [UInt8]
        let isText: Bool
    }

    /// The same archive, each header with its checksum.
    private static func corrected(_ input: [UInt8]) -> [UInt8] {
        var result = input
        var offset = 0
        while offset + blockSize <= result.count {
            let block = offset..<offset + blockSize
            guard result[block].contains(where: { $0 != 0 }) else {
                offset += blockSize
                continue
            }
            let field = offset + 148..<offset + 156
            result.replaceSubrange(field, with: [UInt8](repeating: 0x20, count: 8))
            let sum = result[block].reduce(0) { $0 + Int($1) }
            let digits = Array(String(sum, radix: 8).utf8)
            let zeros = [UInt8](repeating: 0x30, count: max(6 - digits.count, 0))
            result.replaceSubrange(field, with: zeros + digits + [0, 0x20])
            guard let header = TarHeader(Array(result[block])), header.size < result.count else { return result }
            offset += blockSize + header.size + TarContents.padding(header.size).count
        }
        return result
    }
}
