import Captioner
import CaptionerRecaption
import Foundation

/// A batch of captions with a model, a precision and a number of threads.
struct Measurement: Codable {
    let model: String
    let precision: String
    let batchSize: Int
    let threads: Int
    let newTokens: Int
    let pictures: [String]
    /// When its process was started, in seconds since 1970.
    var startedAt = 0.0

    struct Result: Codable {
        var precision: String
        var kernels: String
        /// From the start of the process to the first caption, in seconds.
        var secondsToFirstCaption: Double
        /// A batch after another one that warmed up.
        var stages: StageTimings
        var seconds: Double
        var peakResidentBytes: Int
    }

    var label: String { "\(URL(filePath: model).lastPathComponent), \(precision), \(threads) threads" }

    /// Runs it here.
    func run() async throws -> Result {
        guard let precision = Captioner.Precision(rawValue: precision) else {
            throw CaptionerError.invalidOption("precision is \(precision)")
        }
        let captioner = try await Captioner(
            modelFolder: URL(filePath: model),
            options: Captioner.Options(threadCount: threads, batchSize: batchSize, precision: precision))
        var options = Captioner.GenerationOptions()
        options.maxNewTokens = newTokens
        options.minNewTokens = newTokens
        let files = (0..<batchSize).map { ImageSource.file(URL(filePath: pictures[$0 % pictures.count])) }
        _ = try await captioner.caption(files[0], options: options)
        let first = Date.now.timeIntervalSince1970 - startedAt
        // The first batch takes memory and reads what the file cache has not.
        if batchSize > 1 { try await caption(files, captioner, options, TimingsRecorder()) }
        let recorder = TimingsRecorder()
        let start = ContinuousClock.now
        try await caption(files, captioner, options, recorder)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return Result(
            precision: captioner.precision.rawValue, kernels: captioner.kernelDescription,
            secondsToFirstCaption: first, stages: recorder.timings, seconds: seconds,
            peakResidentBytes: ProcessMemory.peakResidentBytes)
    }

    private func caption(
        _ files: [ImageSource], _ captioner: Captioner, _ options: Captioner.GenerationOptions,
        _ recorder: TimingsRecorder
    ) async throws {
        for try await outcome in captioner.captions(for: files, options: options, timings: recorder) {
            _ = try outcome.result.get()
        }
    }

    /// Runs it in a process of its own.
    func runAlone() throws -> Result {
        let process = Process()
        process.executableURL = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
        var measurement = self
        measurement.startedAt = Date.now.timeIntervalSince1970
        let text = String(decoding: try JSONEncoder().encode(measurement), as: UTF8.self)
        process.arguments = ["--measurement", text]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CaptionerError.unusableModel(folder: model, cause: "the measurement ended with an error")
        }
        return try data.decoded(Result.self)
    }
}

extension Data {
    func decoded<T: Decodable>(_ type: T.Type) throws -> T { try JSONDecoder().decode(type, from: self) }
}
