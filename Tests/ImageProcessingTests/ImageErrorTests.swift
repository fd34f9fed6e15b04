import CaptionerImageProcessing
import Testing

@Suite struct ImageErrorTests {
    @Test(arguments: [
        (ImageError.unreadable(path: "a/b.jpg", cause: "Permission denied"), "cannot read a/b.jpg: Permission denied"),
        (.empty, "the file is empty"),
        (.unsupportedFeature(format: "JPEG", feature: "12 bits"), "this kind of JPEG is not supported: 12 bits"),
        (.tooLarge(width: 3, height: 4, maximumPixelCount: 5), "3 x 4 pixels are more than the 5 allowed"),
        (.corrupt(format: "PNG", cause: "there is no header"), "broken PNG: there is no header"),
        (.invalidPixels(width: 1, height: 2, byteCount: 3), "3 bytes are not 1 x 2 pixels"),
        (.invalidConfiguration(field: "size", cause: "no"), "image processor configuration, size: no"),
    ])
    func saysWhatIsWrong(error: ImageError, description: String) {
        #expect(error.description == description)
    }

    /// With what this build reads, and, where another build would read the file, how to have one.
    @Test func saysWhatIsRead() {
        let names = ImageDecoder.formatNames
        let read = "not a \(names.dropLast().joined(separator: ", ")) or \(names[names.count - 1]) image"
        #expect(ImageError.unsupportedFormat(found: "JPEG XL").description == "\(read): looks like JPEG XL")
        for name in ["AVIF", "TIFF", "HEIC"] where !names.contains(name) {
            #expect(
                ImageError.unsupportedFormat(found: name).description
                    == "\(read): looks like \(name), which a build with --traits \(name) reads")
        }
        #expect(names.starts(with: ["JPEG", "PNG", "GIF", "BMP", "WebP"]))
    }

    #if AVIF && TIFF && HEIC
        @Test func traitsAddFormats() {
            #expect(
                ImageDecoder.formatNames.suffix(3) == ["AVIF", "TIFF", "HEIC"] && ImageDecoder.missingFormatNames == [])
        }
    #elseif !AVIF && !TIFF && !HEIC
        @Test func withoutTraitsFormatsAreMissing() {
            #expect(ImageDecoder.formatNames.count == 5 && ImageDecoder.missingFormatNames == ["AVIF", "TIFF", "HEIC"])
        }
    #endif
}
