public import SystemPackage

/// An image file of a run.
public struct ImageFile: Sendable, Equatable {
    /// What records call it: relative to the folder it was found in, or as it was given. A name that is not UTF-8 is
    /// escaped, as `FilePath.escaped` says.
    public let name: String
    public let path: FilePath

    public init(name: String, path: FilePath) {
        self.name = name
        self.path = path
    }
}
