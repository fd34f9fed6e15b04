import ArgumentParser
import Captioner

/// `caption-images`: captions, or tells about, with a BLIP-2 checkpoint.
@main
struct CaptionImages: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "caption-images",
        abstract: "Captions images with a BLIP-2 model, on the CPU.",
        version: Captioner.version,
        subcommands: [CaptionCommand.self, InspectCommand.self, TraceCommand.self],
        defaultSubcommand: CaptionCommand.self)
}
