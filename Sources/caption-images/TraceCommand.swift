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
        abstract: "Writes the activations of every stage.",
        discussion: """
            Captions one image, and writes a safetensors file: \
            pixel_values [3, S, S], vision.last_hidden_state [T, D], qformer.last_hidden_state [Q, D], \
            language_projection [Q, D], logits [N, V] (the row that chose each new token), all float32, and \
            token_ids [N], int64. An existing file is replaced. The caption goes to standard output.

            With MGM: aux_image [3, S, S], low_image [3, s, s], clip_features [T, D], convnext_features [H, W, C], mined \
            [T, D], image_tokens [T, D'], logits [N, V] and token_ids [N].

            With a CLIP model: pixel_values [3, S, S], vision.last_hidden_state [T, D] (before the last norm), image_embeds \
            [P] (not normalised), and with --text also text_embeds [N, P], logits_per_image [N], and input_ids.0, \
            input_ids.1, ..., int64.
            """)

    @Argument(help: "An image file.")
    var image: GivenPath

    @Option(name: [.short, .long], help: "The safetensors file to write.")
    var output: FilePath

    @Option(
        name: .customLong("text"), parsing: .unconditionalSingleValue,
        help: "With a CLIP model: a text to embed; can be repeated.")
    var texts: [String] = []

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
            let folder = try model.folder()
            do {
                if ImageTextEncoder.claims(folder) {
                    try await embed(folder)
                } else {
                    try await caption(folder)
                }
            } catch let failure as CaptionFailure {
                Console.write("caption-images: \(failure)\n")
                throw ExitCode(1)
            }
        }
    }

    private func caption(_ folder: FilePath) async throws {
        guard texts.isEmpty else { throw ValidationError("--text needs a CLIP model.") }
        let captioner = try await Captioner(model: folder, options: model.captionerOptions(batchSize: 1))
        let trace = try await captioner.trace(.file(image.path.url), options: text.generation())
        try write(trace.write, note: trace.caption.note)
        try RecordWriter().write(Data("\(trace.caption.text)\n".utf8))
    }

    private func embed(_ folder: FilePath) async throws {
        let encoder = try await ImageTextEncoder(model: folder, options: model.captionerOptions(batchSize: 1))
        let trace = try await encoder.trace(.file(image.path.url), texts: texts)
        try write(trace.write, note: trace.note)
    }

    private func write(_ write: (FilePath) throws -> Void, note: String?) throws {
        // There is nothing to take away but a file that is half written.
        if !OutputFile.isSpecial(output) { Signals.respond(.cancel) }
        try write(output)
        if let note { Console.write("\(image.text): \(note)\n") }
    }
}
