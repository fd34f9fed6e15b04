/// What to do about the EXIF orientation tag of an image.
///
/// Cameras store pixels in the sensor's orientation, and this tag says how to rotate them for viewing.
public enum ImageOrientation: String, Sendable, CaseIterable {
    /// Rotates and mirrors the pixels as the tag says, like Pillow's `ImageOps.exif_transpose`.
    case apply
    /// Leaves the pixels as they are stored, like Pillow's `Image.open`.
    case ignore
}
