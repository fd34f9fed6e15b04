import CaptionerDataSets
import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// Finds the files that the paths of an output mean.
///
/// A record's path is relative to the folder that was searched, or as it was given on a command line, from wherever
/// that was; a sample's is absolute, or relative to its data set; that in a table or a training file is relative to it.
struct PictureFinder: Sendable {
    /// What relative paths are tried from, in this order.
    private let folders: [FilePath]
    private let isOfDataSet: Bool
    private let members = ArchivedMembers()
    /// Files and folders that were given to the run, by their last names.
    private let inputsByName: [FilePath.Component: [FilePath]]

    /// - Parameters:
    ///   - folder: asked for, and then the only one.
    ///   - inputs: of the run, as absolute paths.
    ///   - isOfDataSet: whether images are called as a data set calls them, and not as what was found in folders.
    init(folder: FilePath?, inputs: [FilePath], dataSet: FilePath?, output: FilePath, isOfDataSet: Bool) {
        self.isOfDataSet = isOfDataSet
        if let folder {
            folders = [folder.absolute]
            inputsByName = [:]
            return
        }
        let roots = inputs.filter(\.isFolder) + inputs.filter(ItemSources.isList).map { DataSet.folder(of: $0) }
        folders =
            roots + (dataSet.map { [DataSet.folder(of: $0)] } ?? []) + [
                DataSet.folder(of: output), FilePath(".").absolute,
            ]
        inputsByName = Dictionary(grouping: inputs.filter { $0.lastComponent != nil }) {
            $0.lastComponent ?? FilePath.Component(".")
        }
    }

    /// Where an image is.
    func picture(_ image: String) -> any PictureSource {
        let file = file(image)
        if file?.exists != true {
            let archived = members.picture(FilePath(escaped: image)) { self.file($0.escaped) }
            if let archived { return archived.picture }
        }
        return file.map { PictureFile(path: $0) } ?? PictureReference.source(of: image)
    }

    /// What an image is found by: a text that two ways to the same file have in common, of what is no file what error
    /// records call it.
    func key(_ image: String) -> ExactString { ExactString(file(image)?.escaped ?? image.pictureName) }

    /// Of the files that the name of an image can mean the first that is there, else the first; nil for an address of
    /// what is no file.
    private func file(_ image: String) -> FilePath? {
        let isAddress = AddressScheme.of(image) != nil
        if isAddress, isOfDataSet { return PictureReference.path(of: image) }
        // Records of files have escaped names, data sets paths as they are.
        let (escaped, exact) = (FilePath(escaped: image), FilePath(exactly: image))
        let names = escaped == exact ? [exact] : isOfDataSet ? [exact, escaped] : [escaped, exact]
        let places = names.map(path)
        if let found = places.first(where: \.exists) { return found }
        return isAddress ? PictureReference.path(of: image) : places.first
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
