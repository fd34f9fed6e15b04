import Captioner
import CaptionerDemoModel
import DataSets
import Foundation
import Generation
import JSON
import Models
import Tokenization

/// Captions images as URLs, `Data`, requests and literals, from sequences of every kind: `outside IMAGE...`.
@main
struct Outside {
    static func main() async throws {
        // This package's own modules, which have the names of folders of captioner.
        let names = [
            DataSetsName.text, GenerationName.text, JSONName.text, ModelsName.text, TokenizationName.text,
        ]
        guard names == ["DataSets", "Generation", "JSON", "Models", "Tokenization"] else { exit(1) }
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        let urls = CommandLine.arguments.dropFirst().map { URL(fileURLWithPath: $0) }
        let contents = try urls.map { try Data(contentsOf: $0) }
        let stream = AsyncStream { continuation in
            for url in urls { continuation.yield(ImageSource.file(url)) }
            continuation.finish()
        }
        for try await _ in captioner.captions(for: []) { exit(1) }
        for try await outcome in captioner.captions(for: urls) { print(try outcome.result.get().text) }
        for try await outcome in captioner.captions(for: contents) { print(try outcome.result.get().text) }
        for try await outcome in captioner.captions(for: urls.lazy.map { CaptionRequest(image: .file($0)) }) {
            print(try outcome.result.get().text)
        }
        for try await outcome in captioner.captions(for: stream) { print(try outcome.result.get().text) }
        for try await outcome in captioner.captions(for: [.file(urls[0]), .data(contents[0])]) {
            print(try outcome.result.get().text)
        }
        print(try await captioner.caption(.file(urls[0])).text)
    }
}
