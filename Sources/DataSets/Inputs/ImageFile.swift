import CaptionerFiles
package import SystemPackage

/// An image file of an input.
package struct ImageFile: Sendable, Equatable {
    /// What records call it: relative to the folder it was found in, or as it was given. A name that is not UTF-8 is
    /// escaped, as `FilePath.escaped` says.
    package let name: String
    package let path: FilePath

    package var picture: any PictureSource {
        // What was found is there; what was named may be an address.
        AddressScheme.of(name) != nil && !path.exists ? PictureReference.source(of: name) : PictureFile(path: path)
    }
}
