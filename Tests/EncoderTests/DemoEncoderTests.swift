import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

@testable import Captioner

/// The bundled CLIP and the bundled images.
@Suite struct DemoEncoderTests {
    /// What the images show, as `weights-tools/demo_model/pictures.py` prints it when it draws them.
    private static let captions = [
        ("scene-01.png", "a croissant on a purple background"), ("scene-02.jpg", "a dog to the right of a strawberry"),
        ("scene-03.jpg", "a pear on a black background"), ("scene-04.png", "a koala to the left of a television"),
        ("scene-05.png", "a strawberry on a white background"), ("scene-06.jpg", "a flamingo above a birthday cake"),
        ("scene-07.jpg", "a key on a brown background"), ("scene-08.png", "an anchor above a toothbrush"),
        ("shape-01.png", "a red triangle"), ("shape-02.png", "a yellow rectangle"), ("shape-03.png", "a blue triangle"),
        ("shape-04.png", "a yellow circle"),
    ]

    /// Row by row, the cosines of an image with every caption.
    private func cosines(_ precision: Captioner.Precision, threads: Int = 2) async throws -> [[Float]] {
        let encoder = try await ImageTextEncoder(
            modelFolder: DemoModel.encoder(), options: Captioner.Options(threadCount: threads, precision: precision))
        let pictures = try DemoModel.pictures()
        var rows: [[Float]] = []
        for (name, _) in Self.captions {
            let image = ImageSource.file(pictures.appending(path: name))
            rows.append(try await encoder.similarities(of: Self.captions.map(\.1), to: image))
        }
        return rows
    }

    /// An image's caption scores above those of the others, in at least 19 comparisons of 20.
    @Test(arguments: [Captioner.Precision.float32, .bfloat16, .int8])
    func rightCaptionsScoreAboveWrongOnes(precision: Captioner.Precision) async throws {
        let rows = try await cosines(precision)
        var (won, compared) = (0, 0)
        for (index, row) in rows.enumerated() {
            for other in row.indices where other != index {
                compared += 1
                if row[index] > row[other] { won += 1 }
            }
        }
        #expect(compared == 132)
        #expect(won * 20 >= compared * 19, "\(won) of \(compared)")
    }

    @Test func cosinesAreDeterministic() async throws {
        #expect(try await cosines(.float32, threads: 1) == cosines(.float32, threads: 3))
    }

    /// CLIP training clamps the scale at 100, and that is where this one ended.
    @Test func scaleIsThatOfTrainedCLIPs() async throws {
        let encoder = try await ImageTextEncoder(modelFolder: DemoModel.encoder())
        #expect(abs(encoder.logitScale - 100) < 1e-3)
    }
}
