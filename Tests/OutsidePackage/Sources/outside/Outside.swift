import Captioner
import CaptionerDemoModel
import DataSets
import Foundation
import Generation
import JSON
import Models
import Tokenization

/// What a program outside of the package sees of the library: captions the pictures that it is given.
@main
struct Outside {
    static func main() async throws {
        // Its own modules of these names.
        let names = [
            DataSetsName.text, GenerationName.text, JSONName.text, ModelsName.text, TokenizationName.text,
        ]
        guard names == ["DataSets", "Generation", "JSON", "Models", "Tokenization"] else { exit(1) }
        let captioner = try await Captioner(model: DemoModel.checkpoint())
        let pictures = CommandLine.arguments.dropFirst().map { URL(fileURLWithPath: $0) }
        for try await outcome in captioner.captions(for: pictures.lazy.map { .file($0) }) {
            print(try outcome.result.get().text)
        }
    }
}
