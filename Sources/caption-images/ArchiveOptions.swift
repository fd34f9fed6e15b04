import ArgumentParser
import CaptionerDataSets

/// How WebDataset archives are read and written.
struct ArchiveOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The member that a sample's caption is written to, such as caption.txt. (default: txt, whose old text is replaced)",
            valueName: "name"))
    var textMember: String?

    @Option(
        help: ArgumentHelp(
            "The member with a sample's image, such as left.jpg. (default: the first that is an image by its name)",
            valueName: "name"))
    var imageMember: String?

    var members: ArchiveMembers { ArchiveMembers(text: textMember?.lowercased(), image: imageMember?.lowercased()) }

    /// Options that say something about archives, for an input that is none.
    var namesInUse: [String] {
        [
            ("--text-member", textMember != nil), ("--image-member", imageMember != nil),
        ].filter(\.1).map(\.0)
    }

    func validate() throws {
        for (name, value) in [("--text-member", textMember), ("--image-member", imageMember)] {
            guard let value else { continue }
            if value.isEmpty || value.utf8.contains(where: { [0, UInt8(ascii: "/")].contains($0) })
                || value.utf8.first == UInt8(ascii: ".")
            {
                throw ValidationError(
                    "\(name) is \(value.isEmpty ? "empty" : value), expected what follows the key and a dot, such as caption.txt."
                )
            }
        }
        let text = textMember ?? ArchiveMembers.oldText
        if text.lowercased() == imageMember?.lowercased() {
            throw ValidationError("The text and the image are one member, \(text).")
        }
        let ending = text.lowercased().utf8.reversed().prefix { $0 != UInt8(ascii: ".") }
        if ImageList.isImageExtension(ending.reversed()) {
            throw ValidationError("--text-member is \(text), which is the name of an image.")
        }
    }
}
