import ArgumentParser
import CaptionerDataSets
import CaptionerFiles
import SystemPackage

/// `caption-images convert DATASET -o FILE.json`: LLaVA's training format.
struct ConvertCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Converts a data set to LLaVA's training format.",
        discussion: """
            Writes what Data-Juicer's dj_to_llava.py writes, byte for byte; --questions corresponds to its \
            --restore_questions True --original_llava_ds_path. Rows at which training would fail, or from which it would \
            learn nothing or something wrong, go to OUTPUT.dropped.jsonl, each with the reason. Exit status: 0 all \
            converted, 2 some rows dropped, 1 could not, 128 + N interrupted by signal N, 64 wrong usage.
            """)

    @Argument(help: "A data set, FILE.jsonl or FILE.jsonl.gz.")
    var dataset: FilePath

    @OptionGroup var file: NewFileOptions

    @Option(help: "The original LLaVA data set, a JSON array, from which the questions are taken.")
    var questions: FilePath?

    @OptionGroup var draw: DrawOptions

    @Option(help: "The token of an image in a text.")
    var imageToken = DataSetFields().imageToken

    @Option(help: "The token that ends a chunk of a text.")
    var eocToken = DataSetFields().endOfChunkToken

    @Flag(help: "Also write the rows that training cannot use, as dj_to_llava.py does.")
    var keepBadRows = false

    func run() async throws {
        try await reportingErrors {
            Signals.respond(.cancel)
            try file.check()
            let dropped = LLaVAConversion.refusedRows(of: file.output)
            if !OutputFile.isSpecial(file.output), !file.overwrite, OutputFile.exists(dropped) {
                throw FileError.outputExists(path: dropped.escaped)
            }
            var conversion = LLaVAConversion()
            conversion.questions = questions
            conversion.draw = draw.draw
            conversion.fields.imageToken = imageToken
            conversion.fields.endOfChunkToken = eocToken
            conversion.keepsBadRows = keepBadRows
            let counts = try conversion(dataset, to: file.output) { index, reason in
                Console.write("row \(index), the first being 0, is left out: \(reason)\n")
            }
            for line in counts.lines(file.output) { Console.write("\(line)\n") }
            if counts.refusedCount > 0 { throw ExitCode(2) }
        }
    }
}

extension LLaVAConversion.Counts {
    /// What is printed.
    func lines(_ output: FilePath) -> [String] {
        var lines = ["\(written) of \(total) samples \(isOld ? "are in" : "written to") \(output.escaped)"]
        guard refusedCount > 0 else { return lines }
        let place = OutputFile.isSpecial(output) ? "" : ", in \(LLaVAConversion.refusedRows(of: output).escaped)"
        lines.append("\(refusedCount) left out\(place); convert --keep-bad-rows writes them")
        lines += refused.sorted { ($1.value, $0.key.rawValue) < ($0.value, $1.key.rawValue) }
            .map { "    \($0.value)  \($0.key.rawValue)" }
        return lines
    }
}

/// How many samples are taken.
struct DrawOptions: ParsableArguments {
    @Option(name: .customLong("draw"), help: "Convert at most this many samples, drawn at random. (default: all)")
    var count: Int?

    @Option(help: "The seed of --draw; the default is that of the Better Synth challenge's check_sample_number.py.")
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
        abstract: "Draws rows at random, as Better Synth's script does.",
        discussion: """
            Without --count and --seed it writes what the challenge's check_sample_number.py writes, byte for byte: \
            200000 rows, or all if there are fewer. \
            Exit status: 0 written, 1 could not, 128 + N interrupted by signal N, 64 wrong usage.
            """)

    @Argument(help: "A data set, FILE.jsonl or FILE.jsonl.gz.")
    var dataset: FilePath

    @OptionGroup var file: NewFileOptions

    @Option(help: "The maximum number of rows.")
    var count = RowDraw.challengeCount

    @Option(help: "The seed; the default is that of the challenge.")
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
