import Foundation
import Testing

@testable import CaptionerImageProcessing

/// Which statements of an orientation count. What Pillow makes of each is in `PillowParityTests`; here it is said.
@Suite struct OrientationTests {
    /// Pillow compares text and bytes with numbers, which are never equal.
    private static let turning: [TIFFType] = [
        .short, .long, .rational, .signedByte, .signedShort, .signedLong, .signedRational, .float, .double, .directory,
        .long8,
    ]
    private static let names: [TIFFType: String] = [
        .byte: "byte", .ascii: "ascii", .short: "short", .long: "long", .rational: "rational", .signedByte: "sbyte",
        .undefined: "undefined", .signedShort: "sshort", .signedLong: "slong", .signedRational: "srational",
        .float: "float", .double: "double", .directory: "ifd", .long8: "long8",
    ]

    @Test(arguments: TIFFType.allCases) func everyTypeOfNumberTurnsAPicture(type: TIFFType) throws {
        let name = try #require(Self.names[type])
        for file in ["\(name)-le.jpg", "\(name)-be.jpg", "\(name)-le.png", "\(name)-be.png"] {
            #expect(try turn("type-\(file)") == (Self.turning.contains(type) ? .rightTop : .topLeft), "\(file)")
        }
    }

    @Test(
        arguments: [
            ("type-unknown.jpg", .leftBottom), ("12-over-2.png", .rightTop), ("13-over-2.png", .topLeft),
            ("6-over-0.png", .topLeft), ("minus-6-over-minus-1.png", .rightTop), ("float-not-a-number.png", .topLeft),
            ("float-6-and-a-half.png", .topLeft), ("sbyte-minus-6.png", .topLeft), ("long8-2-to-the-32.png", .topLeft),
            ("two-values.png", .rightTop), ("many-values.png", .rightTop), ("no-value.png", .leftBottom),
            ("said-twice.png", .rightTop), ("said-twice-once-without-value.png", .rightTop),
            ("said-before-broken.png", .rightTop), ("said-behind-broken.png", .leftBottom),
            ("cut-behind-the-tag.jpg", .rightTop), ("mixed-up-mark.jpg", .rightTop), ("big-tiff.jpg", .topLeft),
            ("big-tiff-big-endian.jpg", .rightTop), ("nonsense.jpg", .topLeft),
        ] as [(String, EXIFOrientation)])
    func oddDirectoriesAreReadAsFarAsTheyGo(name: String, orientation: EXIFOrientation) throws {
        #expect(try turn(name) == orientation)
    }

    /// XMP is asked where EXIF has no such tag, and only there.
    @Test(
        arguments: [
            ("bytes-over-xmp.jpg", .topLeft), ("empty-and-xmp.jpg", .leftBottom), ("xmp-element.jpg", .rightTop),
            ("xmp-single-quotes.jpg", .topLeft), ("xmp-spaces.jpg", .topLeft), ("xmp-text.png", .rightTop),
            ("xmp-packed.png", .rightTop), ("xmp-not-utf-8.png", .rightTop), ("xmp-too-long.png", .topLeft),
        ] as [(String, EXIFOrientation)])
    func packetsCountInTheFormsThatPillowLooksFor(name: String, orientation: EXIFOrientation) throws {
        #expect(try turn(name) == orientation)
    }

    @Test(
        arguments: [
            ("introduced.png", .rightTop), ("introduced-twice.jpg", .rightTop), ("introduced-wrongly.png", .topLeft),
            ("raw-profile-text.png", .rightTop), ("raw-profile-packed-text.png", .rightTop),
            ("raw-profile-international.png", .rightTop), ("raw-profile-after.png", .rightTop),
            ("raw-profile-odd.png", .topLeft), ("raw-profile-beside-exif.png", .bottomRight),
            ("exif-text.png", .rightTop),
        ] as [(String, EXIFOrientation)])
    func blocksAreFoundWhereverWritersPutThem(name: String, orientation: EXIFOrientation) throws {
        #expect(try turn(name) == orientation)
    }

    @Test(
        arguments: [
            ("animated-2-default-first.png", .rightTop), ("animated-2-default-last.png", .topLeft),
            ("animated-2-frame-between.png", .rightTop), ("animated-1-default-last.png", .topLeft),
        ] as [(String, EXIFOrientation)])
    func whatFollowsTheFirstFrameIsOfNoConcern(name: String, orientation: EXIFOrientation) throws {
        #expect(try turn(name) == orientation)
    }

    /// How a fixture is turned: the only orientation that makes what is shown of what is stored.
    private func turn(_ name: String) throws -> EXIFOrientation {
        let data = try Fixture.data("orientation-stated/\(name)")
        let stored = try ImageDecoder(orientation: .ignore).decode(data)
        let shown = try ImageDecoder().decode(data)
        let found = EXIFOrientation.allCases.filter { stored.oriented($0) == shown }
        #expect(found.count == 1)
        return try #require(found.first)
    }
}
