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
            The weights are stored as kernels read them, so that loading is mapping a file. \
            The new folder is a checkpoint for --model like any other, a quarter or half as large. Its captions are those \
            of the original at the same --precision, bit for bit. Exit status: 0 packed, 1 could not, 128 and its \
            number interrupted by a signal, which leaves no files, 64 wrong usage.
            """)

    @Argument(help: "A checkpoint folder in Hugging Face layout, or the name of a downloaded model.")
    var model: GivenPath

    @Option(name: [.short, .long], help: "The folder to make; it must not be there yet, or be empty.")
    var output: GivenPath

    @Option(help: "int8, a quarter of float32, or bf16, a half.")
    var precision: Captioner.Precision

    @Option(
        help: ArgumentHelp(
            "Another precision for layers whose names hold a part, such as lm_head=bf16 or qformer=f32; can be repeated.",
            valueName: "part=precision"))
    var layerPrecision: [Captioner.LayerPrecision] = []

    @OptionGroup var towers: TowerOptions

    @Flag(help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        if model.path.isEmpty { throw ValidationError("The model is empty.") }
        try output.path.checkOutputName()
        guard precision == .int8 || precision == .bfloat16 else {
            throw ValidationError("--precision is \(precision.rawValue), expected int8 or bf16.")
        }
    }

    func run() async throws {
        try await reportingErrors {
            Signals.respond(.cancel)
            let folder = try modelFolder(model)
            let start = ContinuousClock.now
            let console = Console(isQuiet: quiet)
            let result = try Captioner.packNow(
                model: folder, to: output.path, precision: precision, layerPrecisions: layerPrecision,
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
