import CaptionerFiles

/// Which members of a sample are read and written.
///
/// A member is named by what follows the first dot of its name, as in WebDataset: `000012.jpg` is the member `jpg` of the
/// sample `000012`, `000012.seg.png` its member `seg.png`. Letters of either case are the same.
package struct ArchiveMembers: Sendable, Equatable {
    /// The member that the caption is written to; nil for that of the old text.
    package var text: String?
    /// The member with the image; nil for the first that is an image by its name.
    package var image: String?

    package init(text: String? = nil, image: String? = nil) {
        self.text = text
        self.image = image
    }

    /// The text that a sample has before a run, where it has none of the member that is written.
    package static let oldText = "txt"

    var writtenText: [UInt8] { Array((text ?? Self.oldText).utf8) }
}

extension TarEntry {
    /// The key of the sample that it belongs to, folders included, and what it is there; nil for what belongs to none.
    var place: (key: ArraySlice<UInt8>, member: [UInt8])? { isFile ? placeOfName : nil }

    /// Whether it is a link that has the name of the text of the sample with a key: extracted, it would be in the place of
    /// that.
    func isTextLink(of key: some Sequence<UInt8>, _ members: ArchiveMembers) -> Bool {
        guard isLink, let place = placeOfName else { return false }
        return place.member == members.writtenText && place.key.elementsEqual(key)
    }

    /// What its name says.
    private var placeOfName: (key: ArraySlice<UInt8>, member: [UInt8])? {
        let start = name.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        let last = name[start...]
        // WebDataset passes over its own notes, and hidden files where they are in no folder. In a folder it takes them for
        // members of a sample without a name, which cuts the sample around them in two.
        guard let dot = last.firstIndex(of: UInt8(ascii: ".")), dot > start, !isNote else { return nil }
        return (name[..<dot], name[(dot + 1)...].map(\.lowercasedASCII))
    }

    /// Whether it is called `__NAME__`, or is in a folder of such a name.
    private var isNote: Bool {
        let first = name.prefix { $0 != UInt8(ascii: "/") }
        let mark = Array("__".utf8)
        return first.count >= 4 && first.starts(with: mark) && first.suffix(2).elementsEqual(mark)
    }
}
