/// A format that is decoded where the package is built with the trait of its name, which needs a library more.
enum OptionalFormat: String, CaseIterable {
    case avif = "AVIF"
    case tiff = "TIFF"
    case heic = "HEIC"

    /// Nil in a build without the trait.
    var format: (any ImageFormat.Type)? {
        switch self {
        case .avif:
            #if AVIF
                return AVIFFormat.self
            #else
                return nil
            #endif
        case .tiff:
            #if TIFF
                return TIFFFormat.self
            #else
                return nil
            #endif
        case .heic:
            #if HEIC
                return HEICFormat.self
            #else
                return nil
            #endif
        }
    }

    /// What a message says after the name of a format that only other builds decode, which `found` is, or is not.
    static func advice(_ found: String) -> String {
        guard let missing = allCases.first(where: { found.utf8.elementsEqual($0.rawValue.utf8) && $0.format == nil })
        else {
            return ""
        }
        return ", which a build with --traits \(missing.rawValue) reads"
    }
}
