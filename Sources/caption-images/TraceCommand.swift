import ArgumentParser
import Captioner
import CaptionerDataSets
import CaptionerFiles
import Foundation
import SystemPackage

/// `caption-images trace IMAGE -o FILE`: every stage's activations, for comparison with other implementations.
struct TraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Captions one image and writes the activations of every stage to a safetensors file.",
        discussion: """
            pixel_values [3, S, S], vision.last_hidden_state [T, D], qformer.last_hidden_state [Q, D], \
            language_projection [Q, D], logits [N, V] (the row that chose each new token), all float32, and \
            token_ids [N], int64. A file that is there is replaced. The caption goes to standard output.
            """)

    @Argument(help: "An image file.")
    var image: GivenPath

    @Option(name: [.short, .long], help: "The safetensors file to write.")
    var output: FilePath

    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Text") var text: TextOptions

    func validate() throws {
        try output.checkOutputName()
        _ = try TextOptions.checked(text.generation())
    }

    func run() async throws {
        try await reportingErrors {
            try OutputFile.check(output)
            try OutputFile.check([output], against: [image.path] + model.files())
            let captioner = try await Captioner(model: model.folder(), options: model.captionerOptions(batchSize: 1))
            do {
                let trace = try await captioner.trace(.file(image.path.url), options: text.generation())
                // There is nothing to take away but a file that is half written.
                if !OutputFile.isSpecial(output) { Signals.respond(.cancel) }
                try trace.write(to: output)
                if let note = trace.caption.note { Console.write("\(image.text): \(note)\n") }
                try RecordWriter().write(Data("\(trace.caption.text)\n".utf8))
            } catch let failure as CaptionFailure {
                Console.write("caption-images: \(failure)\n")
                throw ExitCode(1)
            }
        }
    }
}
