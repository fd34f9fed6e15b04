import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// Finds the files that the paths of an output mean.
///
/// A record's path is relative to the folder that was searched, or as it was given on a command line, from wherever
/// that was; a sample's is absolute, or relative to its data set.
struct PictureFinder {
    /// What relative paths are tried from, in this order.
    private let folders: [FilePath]
    /// Files and folders that were given to the run, by their last names.
    private let inputsByName: [FilePath.Component: [FilePath]]

    /// - Parameters:
    ///   - folder: asked for, and then the only one.
    ///   - inputs: of the run, as absolute paths.
    init(folder: FilePath?, inputs: [FilePath], dataSet: FilePath?, output: FilePath) {
        if let folder {
            folders = [folder.absolute]
            inputsByName = [:]
            return
        }
        let roots = inputs.filter(\.isFolder)
        folders =
            roots + (dataSet.map { [DataSet.folder(of: $0)] } ?? []) + [
                DataSet.folder(of: output), FilePath(".").absolute,
            ]
        inputsByName = Dictionary(grouping: inputs.filter { $0.lastComponent != nil }) {
            $0.lastComponent ?? FilePath.Component(".")
        }
    }

    /// Where an image is: of the files that its path can mean the first that is there, else the first.
    func picture(_ image: String) -> PictureSource {
        if PictureSource.scheme(of: image) != nil { return PictureSource(image) }
        // Records escape names that are not UTF-8; samples have them as the data set does.
        let exact = path(of: FilePath(exactly: image))
        let unescaped = FilePath(escaped: image)
        return .file(unescaped == FilePath(exactly: image) || exact.exists ? exact : path(of: unescaped))
    }

    /// A text for an image that two ways to the same file have in common.
    func key(_ image: String) -> ExactString {
        if case .file(let path) = picture(image) { ExactString(path.escaped) } else { ExactString(image) }
    }

    private func path(of image: FilePath) -> FilePath {
        guard !image.isAbsolute else { return image }
        for folder in folders where folder.pushing(image).exists { return folder.pushing(image).absolute }
        // As it was given: what the input ends with is what the path begins with.
        let names = Array(image.components.drop { $0.kind != .regular })
        for count in stride(from: names.count, to: 0, by: -1) {
            let start = names.prefix(count)
            for input in inputsByName[start[count - 1]] ?? [] where input.components.suffix(count).elementsEqual(start)
            {
                var path = input
                for _ in 0..<count { path.removeLastComponent() }
                path.append(names)
                if path.exists { return path }
            }
        }
        return (folders.first ?? FilePath()).pushing(image).absolute
    }
}
