import Captioner
import CaptionerDataSets
import CaptionerDemoModel
import CaptionerImageProcessing
import CaptionerJSON
import Foundation
import TestSupport
import Testing

@testable import CaptionerServing

@Suite(.timeLimit(.minutes(45))) struct WorkerPixelTests {
    /// Pixels give the caption of their file, with three channels, and with four, of which alpha is ignored.
    @Test func pixelsAreCaptioned() async throws {
        let url = try DemoModel.pictures().appendingPathComponent("scene-01.png")
        let image = try ImageDecoder().decode(contentsOf: url)
        let withAlpha: [UInt8] = image.bytes.enumerated().flatMap { $0 % 3 == 2 ? [$1, 7] : [$1] }
        let answers = try await WorkerPipes.answers(to: [
            "{\"image\": \"\(url.path)\"}", Self.line(image.bytes, image.width, image.height),
            Self.line(withAlpha, image.width, image.height, ", \"channels\": 4, \"image\": null, \"id\": 1"),
        ])
        let caption = "\"caption\": \"a croissant on a purple background\"}"
        #expect(answers[0].hasSuffix(caption))
        #expect(answers[1] == "{" + caption)
        #expect(answers[2] == "{\"id\": 1, " + caption)
    }

    /// One channel is as three equal ones.
    @Test func greyPixels() async throws {
        let grey = (0..<35 * 20).map { UInt8($0 * 7 % 256) }
        let answers = try await WorkerPipes.answers(
            to: [
                Self.line(grey, 35, 20, ", \"channels\": 1"),
                Self.line(grey.flatMap { [$0, $0, $0] }, 35, 20, ", \"channels\": 3"),
                Self.line(grey.reversed(), 35, 20, ", \"channels\": 1"),
            ], shape: .init(showsLogProbabilities: true))
        #expect(answers[0].contains("\"log_probability\": "))
        #expect(answers[0] == answers[1])
        #expect(answers[0] != answers[2])
    }

    @Test(arguments: [
        ("\"pixels\": \"AAAA\"", "pixels without width"),
        ("\"pixels\": \"AAAA\", \"width\": 1, \"height\": null", "pixels without height"),
        ("\"pixels\": \"AAAA\", \"width\": 0, \"height\": 1", "width is not a positive integer"),
        ("\"pixels\": \"AAAA\", \"width\": -1, \"height\": -1", "width is not a positive integer"),
        ("\"pixels\": \"AAAA\", \"width\": 1.0, \"height\": 1", "width is not a positive integer"),
        ("\"pixels\": \"AAAA\", \"width\": 1, \"height\": \"1\"", "height is not a positive integer"),
        ("\"pixels\": \"AAAA\", \"width\": 1, \"height\": 1, \"channels\": 2", "channels is 2, not 1, 3 or 4"),
        ("\"pixels\": \"AAAA\", \"width\": 1, \"height\": 2", "pixels is not 1 x 2 x 3 bytes"),
        ("\"pixels\": \"\", \"width\": 1, \"height\": 1", "pixels is not 1 x 1 x 3 bytes"),
        // Of the right length as text, but not as bytes.
        ("\"pixels\": \"AAA=\", \"width\": 1, \"height\": 1", "pixels is not 1 x 1 x 3 bytes"),
        ("\"pixels\": \"AA-A\", \"width\": 1, \"height\": 1", "pixels is not Base64"),
        (
            "\"pixels\": \"AAAA\", \"width\": 4611686018427387904, \"height\": 4",
            "pixels is not 4611686018427387904 x 4 x 3 bytes"
        ),
        (
            "\"pixels\": \"AAAA\", \"width\": 3074457345618258603, \"height\": 1, \"channels\": 4",
            "pixels is not 3074457345618258603 x 1 x 4 bytes"
        ),
        ("\"pixels\": \"AAAA\", \"width\": 99999999999999999999, \"height\": 1", "width is not a positive integer"),
        ("\"pixels\": [0, 0, 0], \"width\": 1, \"height\": 1", "pixels is not a string"),
        ("\"pixels\": \"AAAA\", \"image\": \"a.png\"", "both image and pixels"),
        ("\"pixels\": \"AAAA\", \"image_base64\": \"QUJD\"", "both image_base64 and pixels"),
    ])
    func pixelsThatAreNone(members: String, message: String) async throws {
        let answers = try await WorkerPipes.answers(to: ["{\(members)}"])
        let text = JSONValue.string("line 1: \(message)").json()
        #expect(answers == ["{\"error\": {\"stage\": \"request\", \"message\": \(text)}}"])
    }

    static func line(_ samples: [UInt8], _ width: Int, _ height: Int, _ more: String = "") -> String {
        let pixels = Data(samples).base64EncodedString()
        return "{\"pixels\": \"\(pixels)\", \"width\": \(width), \"height\": \(height)\(more)}"
    }
}
