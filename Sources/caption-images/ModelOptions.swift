public import ArgumentParser
public import Captioner
import CaptionerFiles
import CaptionerImageProcessing
import SystemPackage

/// Which model runs, and how: what every command that runs one has.
struct ModelOptions: ParsableArguments {
    @Option(
        help:
            "A checkpoint folder in Hugging Face layout, or the name of a downloaded model, such as Salesforce/blip2-opt-2.7b. (default: the demo model; in score and evaluate none)"
    )
    var model: GivenPath?

    @Option(
        help:
            "The compute type of the linear layers. auto: that of a packed model, else bf16 where the processor has instructions for it, else f32."
    )
    var precision = Captioner.Precision.automatic

    @Option(
        help: ArgumentHelp(
            "Another precision for layers whose names contain PART, such as lm_head=bf16 or qformer=f32; can be repeated.",
            valueName: "part=precision"))
    var layerPrecision: [Captioner.LayerPrecision] = []

    @Option(
        help: "The compute kernels: \(Captioner.availableKernels.joined(separator: ", ")). (default: the first)")
    var kernels: String?

    @Option(help: "The number of compute threads. (default: one for each processor that the process may use)")
    var threads: Int?

    @Option(
        help:
            "Whether images are turned as their EXIF orientation says. (default: apply; with --compat better-synth, and in answer and evaluate, ignore)"
    )
    var exifOrientation: Orientation?

    /// The library's `ImageOrientation`, as the command line spells it.
    enum Orientation: String, ExpressibleByArgument, CaseIterable {
        case apply
        case ignore
    }

    @Flag(
        inversion: .prefixedNo,
        help:
            "Whether SmolVLM sees an image in tiles, which show small things and take ten times as long. (default: what its files say, which is mostly yes)"
    )
    var imageSplitting: Bool?

    @Option(
        help:
            "What is made of transparent images: drop (alpha is dropped), or white (they are put on white, as transformers 5 does). (default: drop; for SmolVLM white)"
    )
    var transparency: Captioner.Options.Transparency?

    @OptionGroup var towers: TowerOptions

    func validate() throws {
        if model?.path.isEmpty == true { throw ValidationError("--model is empty.") }
        if let threads, !Captioner.Options.threadCounts.contains(threads) {
            throw ValidationError("--threads is \(threads), expected \(Captioner.Options.threadCounts).")
        }
    }

    /// The checkpoint folder.
    /// - Parameter name: what to take where the options name none.
    func folder(_ name: String? = nil) throws -> FilePath { try modelFolder(model ?? name.map { GivenPath($0) }) }

    /// The files in the checkpoint folder; none if it cannot be read, which is reported when the model is loaded.
    func files(_ name: String? = nil) throws -> [FilePath] {
        let folder = try folder(name)
        return ((try? FolderEntries.of(folder)) ?? []).map { folder.pushing(FilePath(bytes: $0.name)) }
    }

    /// Threads that compute at once.
    var threadCount: Int { threads ?? Captioner.Options.defaultThreadCount }

    func captionerOptions(batchSize: Int? = nil, orientation: ImageOrientation = .apply) -> Captioner.Options {
        var options = Captioner.Options(
            threadCount: threadCount, precision: precision, layerPrecisions: layerPrecision, kernels: kernels,
            orientation: exifOrientation.map { $0 == .apply ? .apply : .ignore } ?? orientation)
        if let batchSize { options.batchSize = batchSize }
        options.towers = towers.towerOptions
        options.splitsImages = imageSplitting
        options.transparency = transparency
        return options
    }
}

extension Captioner.Precision: ExpressibleByArgument {}
extension Captioner.Options.Transparency: ExpressibleByArgument {}

extension Captioner.LayerPrecision: ExpressibleByArgument {
    /// From `part=precision`.
    public init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty,
            let precision = Captioner.Precision(rawValue: String(parts[1])),
            precision != .automatic
        else { return nil }
        self.init(part: String(parts[0]), precision: precision)
    }
}
