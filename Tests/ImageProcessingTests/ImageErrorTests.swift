import CaptionerImageProcessing
import Testing

@Suite struct ImageErrorTests {
    @Test(arguments: [
        (ImageError.unreadable(path: "a/b.jpg", cause: "Permission denied"), "cannot read a/b.jpg: Permission denied"),
        (.empty, "the file is empty"),
        (.unsupportedFormat(found: "WebP"), "not a JPEG, PNG, GIF or BMP image: looks like WebP"),
        (.unsupportedFeature(format: "JPEG", feature: "12 bits"), "this kind of JPEG is not supported: 12 bits"),
        (.tooLarge(width: 3, height: 4, maximumPixelCount: 5), "3 x 4 pixels are more than the 5 allowed"),
        (.corrupt(format: "PNG", cause: "there is no header"), "broken PNG: there is no header"),
        (.invalidPixels(width: 1, height: 2, byteCount: 3), "3 bytes are not 1 x 2 pixels"),
        (.invalidConfiguration(field: "size", cause: "no"), "image processor configuration, size: no"),
    ])
    func saysWhatIsWrong(error: ImageError, description: String) {
        #expect(error.description == description)
    }
}
