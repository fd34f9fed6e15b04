import ArgumentParser
import CaptionerDataSets
import CaptionerFiles
import SystemPackage

/// `caption-images convert DATASET -o FILE.json`: LLaVA's training format.
struct ConvertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Turns a Data-Juicer data set into LLaVA's training format.",
        discussion: """
            What Data-Juicer's dj_to_llava.py makes of it, byte for byte; --questions is its --restore_questions True \
            --original_llava_ds_path. Exit status: 0 converted, 1 could not, 128 and its number interrupted by a \
            signal, 64 wrong usage.
            """)

    @Argument(help: "A data set, FILE.jsonl or FILE.jsonl.gz.")
    var dataset: FilePath

    @OptionGroup var file: NewFileOptions

    @Option(help: "The original LLaVA data set, a JSON array, whose questions are restored.")
    var questions: FilePath?

    @OptionGroup var draw: DrawOptions

    @Option(help: "What stands for an image in a text.")
    var imageToken = DataSetFields().imageToken

    @Option(help: "What ends a chunk of a text.")
    var eocToken = DataSetFields().endOfChunkToken

    func run() async throws {
        try await reportingErrors {
            Signals.respond(.cancel)
            try file.check()
            var conversion = LLaVAConversion()
            conversion.questions = questions
            conversion.draw = draw.draw
            conversion.fields.imageToken = imageToken
            conversion.fields.endOfChunkToken = eocToken
            let counts = try conversion(dataset, to: file.output)
            Console.write("\(counts.drawn) of \(counts.total) samples written to \(file.output.escaped)\n")
        }
    }
}

/// How many samples are taken.
struct DrawOptions: ParsableArguments {
    @Option(name: .customLong("draw"), help: "Take at most so many samples, drawn at random. (default: all)")
    var count: Int?

    @Option(help: "The seed of what is drawn; that of the challenge's check_sample_number.py unless given.")
    var drawSeed = RowDraw.challengeSeed

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--draw is \(count), expected 1 or more.") }
    }

    var draw: RowDraw { RowDraw(count: count, seed: drawSeed) }
}

/// `caption-images draw DATASET -o FILE.jsonl`: the rows that go into training.
struct DrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "draw",
        abstract: "Draws rows of a data set at random, as the Better Synth challenge does.",
        discussion: """
            Without options what check_sample_number.py writes, byte for byte: 200000 rows, or all if there are no more. \
            Exit status: 0 written, 1 could not, 128 and its number interrupted by a signal, 64 wrong usage.
            """)

    @Argument(help: "A data set, FILE.jsonl or FILE.jsonl.gz.")
    var dataset: FilePath

    @OptionGroup var file: NewFileOptions

    @Option(help: "How many rows at most.")
    var count = RowDraw.challengeCount

    @Option(help: "The seed; that of the challenge unless given.")
    var seed = RowDraw.challengeSeed

    func validate() throws {
        if count < 1 { throw ValidationError("--count is \(count), expected 1 or more.") }
    }

    func run() async throws {
        try await reportingErrors {
            Signals.respond(.cancel)
            try file.check()
            let counts = try RowDraw(count: count, seed: seed)(dataset, to: file.output)
            Console.write("\(counts.drawn) of \(counts.total) rows written to \(file.output.escaped)\n")
        }
    }
}
