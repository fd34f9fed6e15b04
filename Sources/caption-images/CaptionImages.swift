import ArgumentParser
import Captioner

/// `caption-images`: the commands.
struct CaptionImages: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "caption-images",
        abstract: "Captions images with BLIP-2, BLIP, SmolVLM, PaliGemma and MGM models, on the CPU.",
        usage: """
            caption-images photos/ --model blip2-int8 --output captions.jsonl
            caption-images seed.jsonl --model blip2-int8 --output recaptioned.jsonl
            caption-images <subcommand> --help
            """,
        version: Captioner.version,
        subcommands: [
            CaptionCommand.self, AnswerCommand.self, ScoreCommand.self, SelectCommand.self, ReportCommand.self,
            ReviewCommand.self,
            MergeCommand.self, ConvertCommand.self, CheckCommand.self, DrawCommand.self, EvaluateCommand.self,
            PackCommand.self, InspectCommand.self, ModelsCommand.self, DoctorCommand.self, BenchCommand.self,
            TraceCommand.self, ServeCommand.self, HealthCommand.self,
        ],
        defaultSubcommand: CaptionCommand.self)
}
