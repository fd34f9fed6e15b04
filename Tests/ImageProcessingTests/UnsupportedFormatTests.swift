import CaptionerImageProcessing
import Foundation
import Testing

/// What is of no format that is read is recognised by its bytes and called by its name.
@Suite struct UnsupportedFormatTests {
    @Test(arguments: [
        ("RIFF\u{4}\0\0\0WAVEfmt ", "RIFF (audio or video)"),
        ("GIF88a\u{1}\0", "GIF"),
        ("BM\u{1}\u{2}", "BMP"),
        ("BMW sells cars", "text"),
        ("II*\0", "TIFF"),
        ("MM\0*", "TIFF"),
        ("\0\0\0\u{18}ftypavif\0\0", "AVIF"),
        ("\0\0\0\u{20}ftypmif1\0\0\0\0mif1avifmiaf", "AVIF"),
        ("\0\0\0\u{18}ftypheic\0\0", "HEIC"),
        ("\0\0\0\u{18}ftypmif1\0\0\0\0mif1heicavif", "HEIC"),
        ("\0\0\0\u{18}ftypisom\0\0", "MP4 or another ISO media file"),
        ("%PDF-1.7", "PDF"),
        ("PK\u{3}\u{4}", "ZIP"),
        ("\n <!DOCTYPE html><html>", "HTML"),
        ("<html><body>404", "HTML"),
        ("\u{FEFF}<html>", "HTML"),
        ("<?xml version=\"1.0\"?>", "XML"),
        ("<svg xmlns=", "SVG"),
        ("{\"error\": 403}", "JSON"),
        ("[1, 2]", "JSON"),
        ("<?xml version=\"1.0\"?>\n<!-- drawn -->\n<svg>", "SVG"),
        ("<?xml version=\"1.0\"?><html>", "HTML"),
        ("<Error><Code>AccessDenied</Code></Error>", "HTML or XML"),
        ("<!-- gone --><HEAD>", "HTML"),
        ("<?php exit;", "PHP"),
        ("HTTP/1.1 404 Not Found", "an HTTP response"),
        ("data:image/png;base64,iVBORw0KGgo", "a data: address"),
        ("/9j/4AAQSkZJRgABAQ", "a JPEG in Base64"),
        ("iVBORw0KGgoAAAANSUhEUg", "a PNG in Base64"),
        ("Not found", "text"),
        ("Größe: " + String(repeating: "ü", count: 140), "text"),
        ("version https://git-lfs.github.com/spec/v1\n", "a Git LFS pointer, not the file it points to"),
        (String(repeating: "\0", count: 100), "zero bytes"),
        ("\u{1}\u{2}\u{7f}abc", "an unknown format (first bytes 0x01027f61)"),
    ])
    func namesWhatItLooksLike(content: String, name: String) {
        expectNamed(Data(content.utf8), name)
    }

    @Test(
        arguments: [
            ([0xFF, 0xD8], "an unknown format (first bytes 0xffd8)"),
            ([0x89, 0x50, 0x4E, 0x47], "an unknown format (first bytes 0x89504e47)"),
            ([0x1F, 0x8B, 0x08], "gzip"),
            ([0xFF, 0x0A], "JPEG XL"),
            ([0xFF, 0xFE, 0x3C, 0x00], "text in UTF-16"),
        ] as [([UInt8], String)])
    func namesBytesThatAreNoText(content: [UInt8], name: String) {
        #expect(throws: ImageError.unsupportedFormat(found: name)) { try ImageDecoder().decode(Data(content)) }
    }

    /// The start of what Pillow 12 writes when it is asked to, most of it under a name that ends in `.jpg` on the web.
    @Test(
        arguments: [
            ("AAAAIGZ0eXBhdmlmAAAAAGF2aWZtaWYxbWlhZk1BMUIAAADrbWV0YQ==", "AVIF"),
            ("SUkqAAgAAAAKAAABBAABAAAAFAAAAAEBBAABAAAACgAAAAIBAwADAA==", "TIFF"),
            ("SUkrAAgAAAAQAAAAAAAAAAoAAAAAAAAAAAEEAAEAAAAAAAAAFAAAAA==", "TIFF"),
            ("AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaA==", "JPEG 2000"),
            ("/0//UQAvAAAAAAAUAAAACgAAAAAAAAAAAAAAFAAAAAoAAAAAAAAAAA==", "JPEG 2000"),
            ("AAABAAAA", "ICO"),
            ("UDYKMjAgMTAKMjU1CgrIHgrIHgrIHgrIHgrIHgrIHgrIHg==", "PNM"),
            ("aWNucwAALHpUT0MgAAAASGljMDcAAAFxaWMwOAAAAwFpYzA5AAAHYQ==", "ICNS"),
            ("RERTIHwAAAAPEAAACgAAABQAAAA8AAAAAAAAAAAAAAAAAAAAAAAAAA==", "DDS"),
            ("cW9pZgAAABQAAAAKAwH+Csge/f39zAAAAAAAAAAB", "QOI"),
            ("JSFQUy1BZG9iZS0zLjAgRVBTRi0zLjA=", "PostScript"),
        ])
    func namesWhatOtherWritersWrite(base64: String, name: String) throws {
        let start = try #require(Data(base64Encoded: base64))
        expectNamed(start, name)
    }

    /// In builds that read the format, it is one that is broken.
    private func expectNamed(_ content: Data, _ name: String) {
        let error = #expect(throws: ImageError.self) { try ImageDecoder().decode(content) }
        if ImageDecoder.formatNames.contains(name) {
            switch error {
            case .corrupt(name, _), .unsupportedFeature(name, _): return
            default: break
            }
        }
        #expect(error == .unsupportedFormat(found: name))
    }

    @Test func nothingIsEmpty() {
        #expect(throws: ImageError.empty) { try ImageDecoder().decode(Data()) }
    }

    @Test func applesVariantOfPNGIsNamed() throws {
        var data = try Fixture.data("png/rgb-8.png")
        data.insert(contentsOf: [0, 0, 0, 4] + Array("CgBI".utf8) + [0x50, 0, 0x20, 2, 0x2B, 0xD5, 0xB3, 0x7F], at: 8)
        #expect(
            throws: ImageError.unsupportedFeature(
                format: "PNG", feature: "Apple's variant for iPhone applications (CgBI)")
        ) { try ImageDecoder().decode(data) }
    }
}
