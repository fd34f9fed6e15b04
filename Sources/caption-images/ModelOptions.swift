import ArgumentParser
import Captioner
import Foundation

/// Which model runs, and how: what every command that runs one has.
struct ModelOptions: ParsableArguments {
    @Option(
        help: "A checkpoint folder in Hugging Face layout, or the name of a downloaded model. (default: the demo model)"
    )
    var model: String?

    @Option(help: "The arithmetic; auto is f32 so far.")
    var precision = Precision.auto

    @Option(help: "Threads that compute at once. (default: one for each processor)")
    var threads: Int?

    @Option(help: "What to do about the orientation that a picture's EXIF data gives.")
    var exifOrientation = Orientation.apply

    /// The only arithmetic there is so far; the option is there so that scripts can say what they mean.
    enum Precision: String, ExpressibleByArgument, CaseIterable {
        case auto
        case f32
    }

    /// The library's `ImageOrientation`, as the command line spells it.
    enum Orientation: String, ExpressibleByArgument, CaseIterable {
        case apply
        case ignore
    }

    func validate() throws {
        if model?.isEmpty == true { throw ValidationError("--model is empty.") }
        if let threads, !CaptionerOptions.threadCounts.contains(threads) {
            throw ValidationError("--threads is \(threads), expected \(CaptionerOptions.threadCounts).")
        }
    }

    /// The checkpoint folder.
    func folder() throws -> URL { try modelFolder(model) }

    func captionerOptions(batchSize: Int? = nil) -> CaptionerOptions {
        var options = CaptionerOptions(orientation: exifOrientation == .apply ? .apply : .ignore)
        if let threads { options.threadCount = threads }
        if let batchSize { options.batchSize = batchSize }
        return options
    }
}
