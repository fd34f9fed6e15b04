import ArgumentParser
import Captioner
import CaptionerDataSets
import CaptionerDemoModel
import CaptionerFiles
import CaptionerRecaption
import Foundation
import SystemPackage

/// `caption-images bench`: how fast captions are on this machine.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures seconds per image on this machine.",
        discussion: """
            As in a run, images are read, decoded and preprocessed while the model captions the previous batch. Each \
            batch size has one warm-up batch; the result is the median of the batches after it. Batch sizes for which \
            there is not enough time or memory are reported and left out. Exit status: 0 measured, 1 could not.
            """)

    @Argument(
        help: "Image files and folders, captioned repeatedly. (default: the images of the demo model)")
    var input: [GivenPath] = []

    @Option(
        help: ArgumentHelp(
            "Batch sizes in ascending order, separated by commas.", valueName: "n,n,..."))
    var batchSizes = BatchSizes(numbers: [1, 4, 8, 16])

    @Option(help: "The approximate time for measuring, without loading the model.")
    var seconds = 60.0

    @Flag(help: "Print one JSON document instead of a table.")
    var json = false

    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Text") var text: TextOptions

    /// Sizes with commas between them, each once, ascending.
    struct BatchSizes: ExpressibleByArgument {
        var numbers: [Int]

        var defaultValueDescription: String { numbers.map(String.init).joined(separator: ",") }
    }

    func validate() throws {
        if input.contains(where: \.path.isEmpty) { throw ValidationError("An input is empty.") }
        guard seconds.isFinite, seconds >= 0, seconds <= 86_400 else {
            throw ValidationError("--seconds is \(seconds), expected 0 to 86400.")
        }
        _ = try TextOptions.checked(generation)
    }

    private var generation: Captioner.GenerationOptions { text.generation(.standard(forSamples: false, nil)) }

    func run() async throws {
        try await reportingErrors {
            let console = Console(isQuiet: false)
            let options = try TextOptions.checked(generation)
            for note in text.optionsWithoutEffect(options) { console.note(note) }
            let images = try images()
            let start = ContinuousClock.now
            let captioner = try await Captioner(
                model: model.folder(), options: model.captionerOptions(batchSize: batchSizes.numbers.last))
            let loadSeconds = (ContinuousClock.now - start) / .seconds(1)
            try ThreadSupply.checkRest(of: self)
            console.tellUnused(captioner.unusedTensors)
            try captioner.check(options)
            let benchmark = CaptionBenchmark(captioner: captioner, images: images, options: options)
            var report = BenchReport(
                captioner, isDemo: model.model == nil, imageCount: images.count, options: options,
                loadSeconds: loadSeconds)
            try await measure(benchmark, into: &report, console)
            try RecordWriter().write(json ? JSONText.document(report) : Data(report.text.utf8))
        }
    }

    /// The images of the inputs, those that have names of images.
    private func images() throws -> [ImageSource] {
        let inputs = try input.isEmpty ? [GivenPath(FilePath(DemoModel.pictures()))] : input
        let list = try ImageList(inputs: inputs)
        let files = list.imageFiles
        guard !files.isEmpty else { throw NothingToMeasure(inputs: inputs.map(\.text)) }
        return files.map { .file($0.url) }
    }

    private func measure(
        _ benchmark: CaptionBenchmark, into report: inout BenchReport, _ console: Console
    ) async throws {
        let sizes = batchSizes.numbers
        let end = ContinuousClock.now + .seconds(seconds)
        let loadedBytes = ProcessMemory.peakResidentBytes
        for (index, size) in sizes.enumerated() {
            let left = (end - ContinuousClock.now) / .seconds(1)
            if let last = report.figures.last, let reason = last.reason(against: size, left: left, loadedBytes) {
                report.leftOut.append(BenchReport.LeftOut(batchSize: size, reason: reason))
                continue
            }
            console.show { "batch size \(size)" }
            // Larger batches take longer, and get more of the time.
            let share = Double(size) / Double(sizes[index...].reduce(0, +))
            report.figures.append(
                try await benchmark(batchSize: size, until: ContinuousClock.now + .seconds(max(left, 0) * share)))
        }
        console.endLine()
    }
}

private struct NothingToMeasure: Error, CustomStringConvertible {
    let inputs: [String]

    var description: String { "no images in \(inputs.joined(separator: ", "))" }
}

extension BenchCommand.BatchSizes {
    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { Int($0) }.filter(Captioner.Options.batchSizes.contains)
        guard !numbers.isEmpty, numbers.count == parts.count else { return nil }
        self.init(numbers: Set(numbers).sorted())
    }
}

extension CaptionBenchmark.Figure {
    /// Why a larger batch is not measured after this one; nil if it is.
    fileprivate func reason(against size: Int, left: Double, _ loadedBytes: Int) -> String? {
        // A batch to warm up, and one to time. A little more than there is may be taken.
        let needed = 2 * Double(size) * secondsPerImage
        if needed > 1.5 * max(left, 0) {
            return String(format: "it would take %.0f seconds more; --seconds grants them", needed.rounded(.up))
        }
        let memory = MachineReport.Memory.ofProcess
        let free = [memory.available, memory.controlGroupLimit.map { $0 - peakResidentBytes }].compactMap { $0 }.min()
        let growth = max(peakResidentBytes - loadedBytes, 0) / max(batchSize, 1) * (size - batchSize)
        guard let free, growth > free else { return nil }
        return
            "it would take some \(ByteCount.text(growth)) of memory more, and \(ByteCount.text(max(free, 0))) are free"
    }
}
