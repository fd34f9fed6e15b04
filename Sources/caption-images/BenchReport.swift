import Captioner
import CaptionerFiles
import CaptionerRecaption
import Foundation

/// What `caption-images bench` found.
struct BenchReport: Sendable, Codable {
    var model: String
    var isDemoModel: Bool
    var precision: String
    var kernels: String
    var threads: Int
    var images: Int
    var maxNewTokens: Int
    var loadSeconds: Double
    var figures: [CaptionBenchmark.Figure] = []
    var leftOut: [LeftOut] = []
    var version: String

    /// A batch size that was not measured.
    struct LeftOut: Sendable, Codable {
        var batchSize: Int
        var reason: String
    }

    init(
        _ captioner: Captioner, isDemo: Bool, imageCount: Int, options: Captioner.GenerationOptions, loadSeconds: Double
    ) {
        model = captioner.folder.escaped
        isDemoModel = isDemo
        precision = captioner.precision.rawValue
        kernels = captioner.kernelDescription
        threads = captioner.options.threadCount
        images = imageCount
        maxNewTokens = options.maxNewTokens
        self.loadSeconds = loadSeconds
        version = Captioner.version
    }

    /// The report as lines of text.
    var text: String {
        let name = isDemoModel ? "the demo model" : model
        var lines = [
            "model      \(name), \(precision), loaded in \(String(format: "%.1f s", loadSeconds))",
            "computes   \(kernels), \(threads == 1 ? "1 thread" : "\(threads) threads")",
            "images     \(images), captions of at most \(maxNewTokens) new tokens",
            "",
            "batch   s/image   images/s   10,000 images   tokens/image   peak memory   runs",
        ]
        lines += figures.map { figure in
            let all = RunProgress.clock(10_000 * figure.secondsPerImage)
            return Self.right("\(figure.batchSize)", 5) + Self.right(Self.digits(figure.secondsPerImage), 10)
                + Self.right(Self.digits(figure.imagesPerSecond), 11) + Self.right(all, 16)
                + Self.right(String(format: "%.1f", figure.tokensPerImage), 15)
                + Self.right(ByteCount.text(figure.peakResidentBytes), 14) + Self.right("\(figure.runs)", 7)
        }
        lines += leftOut.map { "\(Self.right("\($0.batchSize)", 5))   not measured: \($0.reason)" }
        if let best = figures.max(by: { $0.imagesPerSecond < $1.imagesPerSecond }) {
            let shares = best.shares.map { "\($0.stage) \(Int((100 * $0.share).rounded())) %" }
            lines += ["", "fastest with batch size \(best.batchSize): \(shares.joined(separator: ", "))"]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(width - text.utf8.count, 0)) + text
    }

    /// Three digits that count.
    private static func digits(_ number: Double) -> String {
        let places = number >= 100 ? 0 : number >= 10 ? 1 : number >= 1 ? 2 : number >= 0.1 ? 3 : 4
        return String(format: "%.\(places)f", number)
    }
}
