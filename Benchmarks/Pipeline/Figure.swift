import Captioner
import Foundation

/// What came out for one measurement, all rounds together: medians, in seconds per image.
struct Figure: Codable {
    let model: String
    let precision: String
    let kernels: String
    let batchSize: Int
    let threads: Int
    let secondsPerImage: Double
    let vision: Double
    let qFormer: Double
    let prefill: Double
    let decode: Double
    /// One step of all rows.
    let secondsPerStep: Double
    let imageDecode: Double
    let secondsToFirstCaption: Double
    let peakResidentBytes: Int

    init(_ measurement: Measurement, _ results: [Measurement.Result]) {
        let images = Double(measurement.batchSize)
        func median(_ value: (Measurement.Result) -> Double) -> Double {
            let values = results.map(value).sorted()
            return values.isEmpty ? 0 : values[values.count / 2]
        }
        model = URL(filePath: measurement.model).lastPathComponent
        precision = results.first?.precision ?? measurement.precision
        kernels = results.first?.kernels ?? ""
        batchSize = measurement.batchSize
        threads = measurement.threads
        secondsPerImage = median { $0.seconds / images }
        vision = median { $0.stages.seconds(of: "vision") / images }
        qFormer = median { $0.stages.seconds(of: "q_former") / images }
        prefill = median { $0.stages.seconds(of: StageTimings.prefillStage) / images }
        decode = median { $0.stages.seconds(of: StageTimings.decodeStage) / images }
        secondsPerStep = median {
            $0.stages.seconds(of: StageTimings.decodeStage) / Double(max(measurement.newTokens - 1, 1))
        }
        imageDecode = median { $0.stages.imageDecode / images }
        secondsToFirstCaption = median(\.secondsToFirstCaption)
        peakResidentBytes = results.map(\.peakResidentBytes).max() ?? 0
    }

    static let header = """
        | model | precision | batch | threads | s/image | vision | Q-Former | prefill | decode | ms a step | images | first caption | peak memory |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|
        """

    var line: String {
        "| \(model) | \(precision) | \(batchSize) | \(threads) | "
            + String(
                format: "%.3f | %.3f | %.3f | %.3f | %.3f | %.1f | %.4f | %.2f s | %.2f GB |", secondsPerImage, vision,
                qFormer, prefill, decode, 1000 * secondsPerStep, imageDecode, secondsToFirstCaption,
                Double(peakResidentBytes) / 1e9)
    }
}
