package import Captioner
import CaptionerDataSets
import CaptionerFiles
package import Foundation

/// What `--summary` writes about a finished run.
package struct RunSummary: Sendable, Encodable {
    package struct Images: Sendable, Codable {
        package var done: Int
        /// Of these, captioned although something was wrong with the file.
        package var noted: Int
        /// Those whose old text was scored and kept, without any caption.
        package var spared: Int
        /// Samples that are kept as they were, since they have no image or no place for one in their text.
        package var unchanged: Int
        /// Of these, samples with images and no place for one.
        package var withoutPlace: Int
        /// Images for which the text of their sample has no place, beside others that it has places for.
        package var unplaced: Int
        package var failed: Int
        /// Left out by a limit or for other shards.
        package var skipped: Int
        /// Done before the run was resumed.
        package var resumed: Int
        /// The same as others, and not captioned again.
        package var reused: Int
    }

    /// Wall-clock time: what lies in `total` follows each other. Loading is before it.
    package struct Seconds: Sendable {
        package var total: Double
        package var loadModel: Double
        /// Waiting for images that were not ready when the model was.
        package var decodeImage: Double
        /// By the model's names for them.
        package var stages: [StageTimings.Stage]
        package var write: Double
    }

    /// Of data sets: samples.
    package var images: Images
    /// Error records, also those from before the run was resumed, by cause: stage and message, without paths and numbers.
    package var errorsByCause: [String: Int]
    package var imagesPerSecond: Double
    package var tokens: Int
    package var tokensPerSecond: Double
    package var seconds: Seconds
    /// How long each image took to be read, decoded, resized and normalised, added up: work that is done by several
    /// threads and mostly while the model runs, and so no part of `seconds.total`.
    package var imageWorkSeconds: Double
    /// The largest resident memory of the process, mapped weights included.
    package var peakResidentBytes: Int
    /// The captioner, and the model that scores texts; those that there are.
    package var model: String?
    package var precision: String?
    package var clip: String?
    package var clipPrecision: String?
    /// What multiplied matrices: this package's kernels for an instruction set, or a BLAS library and its kernels.
    package var kernels: String
    package var threads: Int
    package var batchSize: Int
    package var version: String

    /// - Parameters:
    ///   - loadSeconds: how long the model took to load, before the run.
    ///   - skipped: images left out by a limit or for other shards.
    package init(_ run: RunProgress, models: RunModels, loadSeconds: Double, skipped: Int) {
        let stages = run.timings
        images = Images(
            done: run.done, noted: run.noted, spared: run.spared, unchanged: run.unchanged,
            withoutPlace: run.remarks.withoutPlace,
            unplaced: run.remarks.unplacedImages, failed: run.failed, skipped: skipped, resumed: run.resumed,
            reused: run.reused)
        errorsByCause = run.errorsByCause
        imagesPerSecond = run.imagesPerSecond
        tokens = stages.newTokens
        let generating =
            stages.seconds(of: StageTimings.prefillStage) + stages.seconds(of: StageTimings.decodeStage)
        tokensPerSecond = generating > 0 ? Double(stages.newTokens) / generating : 0
        seconds = Seconds(
            total: run.seconds, loadModel: loadSeconds, decodeImage: stages.imageDecode, stages: stages.stages,
            write: run.writeSeconds)
        imageWorkSeconds = stages.imageWork
        peakResidentBytes = ProcessMemory.peakResidentBytes
        let (captioner, encoder) = (models.captioner, models.scorer?.encoder)
        model = captioner?.folder.escaped
        precision = captioner?.precision.rawValue
        clip = encoder?.folder.escaped
        clipPrecision = encoder?.precision.rawValue
        kernels = captioner?.kernelDescription ?? encoder?.kernelDescription ?? ""
        threads = captioner?.options.threadCount ?? encoder?.options.threadCount ?? 1
        batchSize = models.batchSize
        version = Captioner.version
    }

    /// The summary as JSON that a person can read too.
    package func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return try encoder.encode(self) + Data("\n".utf8)
    }
}

extension RunSummary.Seconds: Encodable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }

    /// The stages beside the others, each under its name.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(total, forKey: Key("total"))
        try container.encode(loadModel, forKey: Key("loadModel"))
        try container.encode(decodeImage, forKey: Key("decodeImage"))
        for stage in stages { try container.encode(stage.seconds, forKey: Key(stage.name)) }
        try container.encode(write, forKey: Key("write"))
    }
}

/// What the system says about this process's memory.
package enum ProcessMemory {
    /// The largest resident set so far, in bytes.
    package static var peakResidentBytes: Int {
        var usage = rusage()
        #if os(Linux)
            getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
            return usage.ru_maxrss * 1024
        #else
            getrusage(RUSAGE_SELF, &usage)
            return usage.ru_maxrss
        #endif
    }
}
