/// What to do about the EXIF orientation tag of an image.
///
/// Cameras store pixels as the sensor lies and say with this tag how to turn them for viewing.
public enum ImageOrientation: String, Sendable, CaseIterable {
    /// Turn and mirror the pixels as the tag says, like Pillow's `ImageOps.exif_transpose`.
    case apply
    /// Take the pixels as they are stored, like Pillow's `Image.open`.
    case ignore
}
