package import CaptionerFiles
package import SystemPackage

/// The image files of some inputs, in the order in which they are captioned.
package struct ImageList: ItemSource {
    private(set) var images: [ImageFile] = []
    /// What the list was made of.
    private let inputs: [GivenPath]
    /// Files in folders that were passed over because their names are not those of images.
    private(set) var otherFileCount = 0
    /// What the names of texts end with that are not passed over.
    private let textEnding: [UInt8]?

    /// Names that say "image". Formats that cannot be decoded are among them, so that such files end up in error
    /// records and are not passed over in silence.
    static let imageExtensions: Set<String> = [
        "jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "tif", "tiff", "avif", "heic", "heif", "jxl", "jp2",
    ]

    /// - Parameters:
    ///   - inputs: files, taken whatever their names and even if they do not exist, and folders, searched with
    ///     all their subfolders, linked ones included, in the order of their paths. Hidden files are left out of folders.
    ///     A subfolder that cannot be read is listed like an image, so that it ends up in an error record.
    ///     With several folders, their paths as given precede those of their images.
    ///   - textEnding: what the names of texts beside images end with, which are not counted as passed over.
    /// - Throws: `FileError.unreadableFolder` for a folder among the inputs.
    package init(inputs: [GivenPath], textEnding: [UInt8]? = nil) throws {
        self.inputs = inputs
        self.textEnding = textEnding
        let hasSeveralFolders = inputs.count { $0.path.isFolder } > 1
        for input in inputs {
            let path = input.path.anchored
            guard path.isFolder else {
                let address = input.given.flatMap { AddressScheme.of($0) == nil ? nil : $0 }
                images.append(ImageFile(name: path.exists ? input.text : address ?? input.text, path: path))
                continue
            }
            var prefix = hasSeveralFolders ? input.bytes : []
            if hasSeveralFolders, prefix.last != UInt8(ascii: "/") { prefix.append(UInt8(ascii: "/")) }
            let found = try Self.search(path, textEnding) { _ in otherFileCount += 1 }.map { image in
                ImageFile(name: FilePath.escaped(prefix + image), path: path.pushing(FilePath(bytes: image)))
            }
            images += found.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        }
    }

    package init(inputs: [String]) throws { try self.init(inputs: inputs.map { GivenPath($0) }) }

    package init(inputs: [GivenPath], fields: DataSetFields) throws {
        try self.init(inputs: inputs, textEnding: fields.list.textEnding)
    }

    package static func claims(_ input: GivenPath) -> Bool { true }
    package static let takesSeveralInputs = true

    package var count: Int { images.count }
    /// Whether names of images are relative to one folder.
    package var isOneFolder: Bool { inputs.count == 1 && inputs[0].path.anchored.isFolder }
    /// That folder, or the first input.
    package var folder: FilePath? { inputs.first?.path }
    package var imageFiles: [FilePath] { images.map(\.path) }
    package var paths: [String] { inputs.map(\.path.absolute.escaped) }
    package var files: [FilePath] { [] }
    package var fields: DataSetFields? { nil }

    package var notes: [String] {
        var notes: [String] = []
        if images.isEmpty { notes.append("no images in \(inputs.map(\.text).joined(separator: ", "))") }
        if otherFileCount > 0 {
            let files = otherFileCount == 1 ? "1 file" : "\(otherFileCount) files"
            notes.append("\(files) passed over, not an image by name")
        }
        return notes
    }

    package func items(_ range: Range<Int>) -> any ItemReader { Reader(images, range) }

    private final class Reader: ItemReader {
        private let images: [ImageFile]
        private var rest: Range<Int>

        init(_ images: [ImageFile], _ range: Range<Int>) {
            self.images = images
            rest = range
        }

        package func next() -> Item? {
            guard let index = rest.popFirst() else { return nil }
            return Item(index: index, content: .image(name: images[index].name, images[index].picture))
        }
    }

    /// The paths of files in folders that are passed over, each after that of its folder as given, in order.
    /// - Throws: `FileError.unreadableFolder`.
    package func passedOver() throws -> [[UInt8]] {
        try folders.flatMap { folder, name in
            var found: [[UInt8]] = []
            _ = try Self.search(folder, textEnding) { found.append(name + $0) }
            return found.sorted { $0.lexicographicallyPrecedes($1) }
        }
    }

    /// Whether all of some paths can be from a list of files that were passed over.
    package func areInFolders(_ paths: [some Collection<UInt8>]) -> Bool {
        let names = folders.map(\.name)
        return paths.allSatisfy { path in names.contains { path.starts(with: $0) } }
    }

    /// The folders among the inputs, and how paths begin of what is in them.
    private var folders: [(path: FilePath, name: [UInt8])] {
        inputs.filter(\.path.anchored.isFolder).map { input in
            let slash = input.bytes.last == UInt8(ascii: "/") ? [] : [UInt8(ascii: "/")]
            return (input.path.anchored, input.bytes + slash)
        }
    }

    /// The paths of the images below a folder, relative to it.
    /// - Parameter onOther: receives those of other files.
    private static func search(
        _ root: FilePath, _ textEnding: [UInt8]?, onOther: ([UInt8]) -> Void
    ) throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        // Links may lead in circles, and to a folder on several ways: each is searched once.
        var visited: Set<FileStatus.Identity> = []
        // Folders that are still to be searched, those nearest to the root last; folders may be nested deeper than a
        // thread's stack.
        var waiting: [[UInt8]] = [[]]
        while let folder = waiting.popLast() {
            let path = folder.isEmpty ? root : root.pushing(FilePath(bytes: folder))
            guard let status = FileStatus(path) else {
                found.append(folder)
                continue
            }
            guard visited.insert(status.identity).inserted else { continue }
            let entries: [FolderEntries.Entry]
            do {
                entries = try FolderEntries.of(path)
            } catch {
                guard !folder.isEmpty else {
                    throw FileError.unreadableFolder(path: root.escaped, cause: root.cause(error.rawValue))
                }
                found.append(folder)
                continue
            }
            let prefix = folder.isEmpty ? [] : folder + [UInt8(ascii: "/")]
            var (subfolders, others): ([[UInt8]], [[UInt8]]) = ([], [])
            var texts: Set<[UInt8]> = []
            for entry in entries {
                let name = entry.name
                if name.first == UInt8(ascii: ".") { continue }
                if entry.isFolder == true {
                    subfolders.append(prefix + name)
                } else if isImage(name) {
                    found.append(prefix + name)
                    if let text = textEnding.flatMap(FilePath(bytes: name).sidecar) { texts.insert(text.bytes) }
                } else {
                    others.append(name)
                }
            }
            for name in others where !texts.contains(name) { onOther(prefix + name) }
            waiting += subfolders.reversed()
        }
        return found
    }

    /// Whether a name ends as those of images do.
    private static func isImage(_ name: [UInt8]) -> Bool {
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot > 0 else { return false }
        return isImageExtension(name[(dot + 1)...])
    }

    /// Whether names of images have this extension, in whatever case.
    package static func isImageExtension(_ letters: some Sequence<UInt8>) -> Bool {
        let letters = letters.map(\.lowercasedASCII)
        return imageExtensions.contains(String(decoding: letters, as: UTF8.self))
    }
}
