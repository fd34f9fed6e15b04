public import Captioner
import CaptionerFiles
public import Foundation

/// What `--summary` writes about a finished run.
public struct RunSummary: Sendable, Encodable {
    public struct Images: Sendable, Codable {
        public var done: Int
        /// Of these, captioned although something was wrong with the file.
        public var noted: Int
        /// Samples that are kept as they were, since they have no image or no place for one in their text.
        public var unchanged: Int
        /// Of these, samples with images and no place for one.
        public var withoutPlace: Int
        /// Images for which the text of their sample has no place, beside others that it has places for.
        public var unplaced: Int
        public var failed: Int
        /// Left out by a limit or for other shards.
        public var skipped: Int
        /// Done before the run went on.
        public var resumed: Int
        /// The same as others, and not captioned again.
        public var reused: Int
    }

    /// Wall-clock time: what lies in `total` follows each other. Loading is before it.
    public struct Seconds: Sendable {
        public var total: Double
        public var loadModel: Double
        /// Waiting for pictures that were not ready when the model was.
        public var decodeImage: Double
        /// By the model's names for them.
        public var stages: [StageTimings.Stage]
        public var write: Double
    }

    /// Of data sets: samples.
    public var images: Images
    /// Error records, also those from before the run went on, by cause: stage and message, without paths and numbers.
    public var errorsByCause: [String: Int]
    public var imagesPerSecond: Double
    public var tokens: Int
    public var tokensPerSecond: Double
    public var seconds: Seconds
    /// How long each picture took to be read, decoded, resized and normalised, added up: work that is done by several
    /// threads and mostly while the model runs, and so no part of `seconds.total`.
    public var imageWorkSeconds: Double
    /// The largest resident memory of the process, mapped weights included.
    public var peakResidentBytes: Int
    public var model: String
    public var precision: String
    /// What multiplied matrices: this package's kernels for an instruction set, or a BLAS library and its kernels.
    public var kernels: String
    public var threads: Int
    public var batchSize: Int
    public var version: String

    /// - Parameters:
    ///   - loadSeconds: how long the model took to load, before the run.
    ///   - skipped: images left out by a limit or for other shards.
    public init(_ run: RunProgress, captioner: Captioner, loadSeconds: Double, skipped: Int) {
        let stages = run.timings
        images = Images(
            done: run.done, noted: run.noted, unchanged: run.unchanged, withoutPlace: run.remarks.withoutPlace,
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
        model = captioner.folder.escaped
        precision = captioner.precision.rawValue
        kernels = captioner.kernelDescription
        threads = captioner.options.threadCount
        batchSize = captioner.options.batchSize
        version = Captioner.version
    }

    /// The summary as JSON that a person can read too.
    public func json() throws -> Data {
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
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(total, forKey: Key("total"))
        try container.encode(loadModel, forKey: Key("loadModel"))
        try container.encode(decodeImage, forKey: Key("decodeImage"))
        for stage in stages { try container.encode(stage.seconds, forKey: Key(stage.name)) }
        try container.encode(write, forKey: Key("write"))
    }
}

/// What the system says about this process's memory.
public enum ProcessMemory {
    /// The largest resident set so far, in bytes.
    public static var peakResidentBytes: Int {
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
