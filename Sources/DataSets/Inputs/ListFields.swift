package import SystemPackage

/// How lists of images are read.
package struct ListFields: Sendable, Equatable {
    /// The column with the paths of images; nil for the standard of the format.
    package var path: String?
    /// The column with their texts.
    package var text: String?
    /// What relative paths are relative to; nil for the standard of the format.
    package var folder: FilePath?
    /// What separates the cells of a table; nil to find it out from its name.
    package var separator: UInt8?
    /// What the names of texts beside images end with, if those are read or written: files of a folder that are such texts are
    /// not passed over.
    package var textEnding: [UInt8]?

    package init() {}
}
