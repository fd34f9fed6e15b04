import ArgumentParser
import Captioner

/// `caption-images`: captions images, and runs what belongs to that.
struct CaptionImages: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "caption-images",
        abstract: "Captions images with a BLIP-2 model, on the CPU.",
        usage: """
            caption-images [caption] <input> ... [<options>]
            caption-images score <input> ... [--clip <model>] [<options>]
            caption-images answer <questions> --image-folder <folder> --output <file> [<options>]
            caption-images merge <shard> ... --output <file>
            caption-images convert <dataset> --output <file> [<options>]
            caption-images check <training-file> --images <folder> [<options>]
            caption-images draw <dataset> --output <file> [<options>]
            caption-images evaluate textvqa|mmbench --answers <file>|--model <model> [<options>]
            caption-images inspect [<model>] [--json]
            caption-images doctor [<model> ...] [--json]
            caption-images bench [<input> ...] [--model <model>] [<options>]
            caption-images pack <model> --output <folder> --precision int8|bf16
            caption-images report <output> --output <page>
            caption-images select <dataset> --output <file> [<options>]
            caption-images trace <image> --output <file> [<options>]
            """,
        discussion: """
            For example: caption-images photos/ --model blip2-opt-2.7b --output captions.jsonl
            A data set: caption-images seed.jsonl --model blip2-opt-2.7b --output recaptioned.jsonl
            The options for captions are shown by: caption-images caption --help
            """,
        version: Captioner.version,
        subcommands: [
            CaptionCommand.self, AnswerCommand.self, ScoreCommand.self, SelectCommand.self, MergeCommand.self,
            ConvertCommand.self,
            CheckCommand.self, DrawCommand.self, EvaluateCommand.self, InspectCommand.self, DoctorCommand.self,
            BenchCommand.self, PackCommand.self,
            ReportCommand.self,
            TraceCommand.self,
        ],
        defaultSubcommand: CaptionCommand.self)
}
