import CaptionerFiles
import Foundation
import SystemPackage

/// A sample of a WebDataset archive: members that follow each other and have one key, and whatever stands between them.
package struct ArchivedSample: Sendable {
    /// What records call the archive; nothing for a stream.
    let archive: [UInt8]
    /// The key, folders included; empty where no member belongs to a sample.
    let key: [UInt8]
    var entries: [TarEntry] = []
    let members: ArchiveMembers
    /// Why the rest of the archive cannot be read: then there are no members.
    var damage: String?

    /// Whether there is something to caption or to report.
    var isItem: Bool { damage != nil || image != nil }

    /// The key as records have it.
    package var keyText: String? { damage == nil ? FilePath.escaped(key) : nil }

    /// What records call its image.
    package var imageName: String? { image.map(recordName) }

    private func recordName(_ entry: TarEntry) -> String {
        FilePath.escaped((archive.isEmpty ? [] : archive + [UInt8(ascii: "/")]) + entry.name)
    }

    /// What messages call the archive.
    var archiveName: String { archive.isEmpty ? ArchiveStream.name : FilePath.escaped(archive) }

    /// What it takes in memory.
    var byteCount: Int { entries.reduce(0) { $0 + $1.headers.count + $1.contents.heldByteCount } }

    /// The member with the image: the one that was asked for; else the first whose whole name after the key is that of a
    /// kind of image, or the first that ends so.
    var image: TarEntry? {
        if let wanted = members.image { return entry(Array(wanted.utf8)) }
        return entries.first { $0.place.map { ImageList.isImageExtension($0.member) } ?? false }
            ?? entries.first { entry in
                guard let member = entry.place?.member, let dot = member.lastIndex(of: UInt8(ascii: ".")) else {
                    return false
                }
                return ImageList.isImageExtension(Array(member[(dot + 1)...]))
            }
    }

    package var picture: (any PictureSource)? {
        guard let image, let name = imageName else { return nil }
        return ArchivedPicture(contents: image.contents, isSparse: image.isSparse, name: name)
    }

    /// The numbers of the entries that the caption is written to: of several of one name tar extracts the last, and other
    /// readers take the first. A link would be in the place of the text, too.
    var writtenTexts: [Int] {
        entries.indices.filter { number in
            entries[number].place?.member == members.writtenText || entries[number].isTextLink(of: key, members)
        }
    }

    /// The text that the sample has, without white space at its ends; nil for none, and where it is a link.
    /// - Throws: `ItemFailure` when it cannot be read or is not UTF-8.
    package func oldText() throws(ItemFailure) -> String? {
        guard let entry = writtenTexts.last.map({ entries[$0] }) ?? entry(Array(ArchiveMembers.oldText.utf8)),
            entry.isFile
        else { return nil }
        if entry.isSparse {
            throw ItemFailure(
                stage: .read, message: "cannot read \(recordName(entry).shortened): \(TarEntry.sparseCause)")
        }
        do throws(FileError) {
            let bytes = try entry.contents.all()
            if let text = String(validating: bytes.withoutByteOrderMark, as: UTF8.self) {
                return text.strippingWhitespace()
            }
        } catch {
            throw ItemFailure(stage: .read, message: "\(error)")
        }
        throw ItemFailure(stage: .read, message: "cannot read \(recordName(entry).shortened): not UTF-8")
    }

    private func entry(_ member: [UInt8]) -> TarEntry? { entries.first { $0.place?.member == member } }
}

/// An image in an archive.
struct ArchivedPicture: PictureSource {
    let contents: TarContents
    let isSparse: Bool
    let name: String

    package var file: FilePath? { nil }
    package var exists: Bool { true }

    package func bytes() throws(ItemFailure) -> Data {
        if isSparse { throw failure(TarEntry.sparseCause) }
        guard contents.count <= FileBytes.limit else {
            throw failure("it has more than \(FileBytes.limit) bytes, the most that are read of an image")
        }
        do {
            return Data(try contents.all())
        } catch {
            throw failure(error.cause)
        }
    }

    private func failure(_ cause: String) -> ItemFailure {
        ItemFailure(stage: .read, message: "cannot read \(name.shortened): \(cause)")
    }
}
