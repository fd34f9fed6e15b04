import Foundation

/// The image files that some inputs stand for, in the order in which they are captioned.
public struct ImageList: Sendable {
    public private(set) var images: [ImageFile] = []
    /// Files in folders that were passed over because their names are not those of images.
    public private(set) var otherFileCount = 0

    /// Names that say "image". Formats that cannot be decoded are among them, so that such files end up in error
    /// records and are not passed over in silence.
    static let imageExtensions: Set<String> = [
        "jpg", "jpeg", "jpe", "jfif", "png", "webp", "gif", "bmp", "tif", "tiff", "avif", "heic", "heif", "jxl", "jp2",
    ]

    /// - Parameter inputs: files, taken whatever their names and even if they do not exist, and folders, searched with
    ///   all their subfolders in the order of their paths. Hidden files are left out of folders, and linked folders are
    ///   not followed.
    /// - Throws: `RecaptionError.unreadableFolder`, also for a subfolder: its images would be missing otherwise.
    public init(inputs: [String]) throws {
        for input in inputs {
            let url = URL(fileURLWithPath: input)
            var isFolder: ObjCBool = false
            if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue {
                var found: [ImageFile] = []
                try collect(url, prefix: "", into: &found)
                images += found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
            } else {
                images.append(ImageFile(path: input, url: url))
            }
        }
    }

    /// Keeps the first `count` images.
    public mutating func limit(to count: Int) {
        images = Array(images.prefix(count))
    }

    private mutating func collect(_ folder: URL, prefix: String, into found: inout [ImageFile]) throws {
        let entries: [URL]
        do {
            entries = try FileManager.default.contentsOfDirectory(
                at: folder, includingPropertiesForKeys: [.isDirectoryKey], options: [])
        } catch {
            throw RecaptionError.unreadableFolder(path: folder.path, cause: error.localizedDescription)
        }
        for entry in entries {
            let name = entry.lastPathComponent
            guard !name.hasPrefix(".") else { continue }
            let values = try? entry.resourceValues(forKeys: [.isDirectoryKey])
            if values?.isDirectory == true {
                try collect(entry, prefix: prefix + name + "/", into: &found)
            } else if Self.imageExtensions.contains(entry.pathExtension.lowercased()) {
                found.append(ImageFile(path: prefix + name, url: entry))
            } else {
                otherFileCount += 1
            }
        }
    }
}
