import ArgumentParser
import Captioner
import CaptionerFiles
import Foundation
import SystemPackage

/// `caption-images pack MODEL -o DIR`: a checkpoint rounded and packed once, so that it starts at once and takes less.
struct PackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack",
        abstract: "Quantizes a checkpoint once, to int8 or bf16.",
        discussion: """
            Weights are stored in the layout that the kernels read, so that a packed model is memory-mapped, not \
            converted, when it is loaded. The new folder can be used as --model, and needs about a quarter (int8) or half \
            (bf16) of the memory of float32. Its captions are those of the original at the same --precision, bit for \
            bit. Exit status: 0 packed, 1 could not, 128 + N interrupted by signal N, which leaves no files, 64 wrong \
            usage.
            """)

    @Argument(
        help:
            "A checkpoint folder in Hugging Face layout, or the name of a downloaded model, such as Salesforce/blip2-opt-2.7b."
    )
    var model: GivenPath

    @Option(name: [.short, .long], help: "The folder to create; it must not exist, or be empty.")
    var output: GivenPath

    /// What a checkpoint can be packed in.
    enum Precision: String, CaseIterable, ExpressibleByArgument {
        case int8, bf16
    }

    @Option(help: "int8, a quarter of the size of float32, or bf16, half of it.")
    var precision: Precision

    @Option(
        help: ArgumentHelp(
            "Another precision for layers whose names contain PART, such as lm_head=bf16 or qformer=f32; can be repeated.",
            valueName: "part=precision"))
    var layerPrecision: [Captioner.LayerPrecision] = []

    @OptionGroup var towers: TowerOptions

    @Flag(help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        if model.path.isEmpty { throw ValidationError("The model is empty.") }
        try output.path.checkOutputName()
    }

    func run() async throws {
        try await reportingErrors {
            Signals.respond(.cancel)
            let folder = try modelFolder(model)
            let start = ContinuousClock.now
            let console = Console(isQuiet: quiet)
            let result = try Captioner.packNow(
                model: folder, to: output.path, precision: precision == .int8 ? .int8 : .bfloat16,
                layerPrecisions: layerPrecision,
                towers: towers.towerOptions
            ) { console.show(share: $0, of: "packing") }
            console.endLine()
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            console.note(
                "packed \(ByteCount.text(result.sourceBytes)) into \(ByteCount.text(result.packedBytes)) in "
                    + String(format: "%.1f s", seconds) + "; use it with --model \(output.shellWord)")
        }
    }
}
