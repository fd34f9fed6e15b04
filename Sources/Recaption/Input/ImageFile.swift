package import SystemPackage

/// An image file of a run.
package struct ImageFile: Sendable, Equatable {
    /// What records call it: relative to the folder it was found in, or as it was given. A name that is not UTF-8 is
    /// escaped, as `FilePath.escaped` says.
    package let name: String
    package let path: FilePath

    package init(name: String, path: FilePath) {
        self.name = name
        self.path = path
    }
}
