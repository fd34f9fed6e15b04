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
        return ArchivedPicture(contents: image.contents, name: name)
    }

    /// The number of the entry that the caption is written to.
    var writtenText: Int? { entries.firstIndex { $0.place?.member == members.writtenText } }

    /// The text that the sample has, without white space at its ends; nil for none.
    /// - Throws: `ItemFailure` when it cannot be read or is not UTF-8.
    package func oldText() throws(ItemFailure) -> String? {
        guard let entry = writtenText.map({ entries[$0] }) ?? entry(Array(ArchiveMembers.oldText.utf8)) else {
            return nil
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
    let name: String

    package var file: FilePath? { nil }
    package var exists: Bool { true }

    package func bytes() throws(ItemFailure) -> Data {
        do {
            return Data(try contents.all())
        } catch {
            throw ItemFailure(stage: .read, message: "cannot read \(name.shortened): \(error.cause)")
        }
    }
}
