import Captioner
import Foundation
import Synchronization

/// Counts what a server does, and writes it as Prometheus reads it (text format 0.0.4).
package final class ServiceMetrics: Sendable {
    private struct Request: Hashable {
        let route: String
        let status: Int
    }

    private struct Counts {
        var requests: [Request: Int] = [:]
        var seconds = [Int](repeating: 0, count: ServiceMetrics.bounds.count + 1)
        var secondsSum = 0.0
        var images = 0
    }

    /// Of the durations of answers, in seconds.
    private static let bounds = [0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100]

    private let counts = Mutex(Counts())

    package init() {}

    /// - Parameters:
    ///   - route: the pattern of its path, of which there are few.
    ///   - seconds: until the answer was there, or its first part.
    package func count(_ route: String, status: Int, seconds: Double) {
        counts.withLock { counts in
            counts.requests[Request(route: route, status: status), default: 0] += 1
            guard status == 200 else { return }
            counts.seconds[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
            counts.secondsSum += seconds
        }
    }

    package func countImages(_ count: Int) { counts.withLock { $0.images += count } }

    /// - Parameters:
    ///   - queued: requests that are being answered or wait.
    ///   - load: of those, images that wait for the model, and that run.
    ///   - timings: of the model's stages.
    func text(queued: Int, load: (waiting: Int, running: Int), timings: StageTimings) -> String {
        var lines: [String] = []
        func add(_ name: String, _ kind: String, _ help: String, _ values: [(labels: String, value: String)]) {
            lines += ["# HELP captioner_\(name) \(help)", "# TYPE captioner_\(name) \(kind)"]
            lines += values.map { "captioner_\(name)\($0.labels) \($0.value)" }
        }
        let counts = counts.withLock { $0 }
        add(
            "requests_total", "counter", "Requests by route and status.",
            counts.requests.map { ("{route=\"\($0.route)\",status=\"\($0.status)\"}", "\($1)") }.sorted { $0.0 < $1.0 })
        add("requests_in_progress", "gauge", "Requests that are being answered or wait.", [("", "\(queued)")])
        add("images_waiting", "gauge", "Images that wait for the model.", [("", "\(load.waiting)")])
        add("images_running", "gauge", "Images whose texts are being generated.", [("", "\(load.running)")])
        add("images_total", "counter", "Images that were captioned.", [("", "\(counts.images)")])
        add("tokens_total", "counter", "Tokens that were generated.", [("", "\(timings.newTokens)")])
        add(
            "stage_seconds_total", "counter", "Seconds of each stage of the model.",
            timings.stages.map { ("{stage=\"\($0.name)\"}", "\($0.seconds)") })
        var sum = 0
        let bounds = Self.bounds.map { "\($0)" } + ["+Inf"]
        lines += [
            "# HELP captioner_answer_seconds Seconds until an answer with status 200.",
            "# TYPE captioner_answer_seconds histogram",
        ]
        for (bound, count) in zip(bounds, counts.seconds) {
            sum += count
            lines.append("captioner_answer_seconds_bucket{le=\"\(bound)\"} \(sum)")
        }
        lines += ["captioner_answer_seconds_sum \(counts.secondsSum)", "captioner_answer_seconds_count \(sum)"]
        if let bytes = Self.residentBytes {
            add("resident_memory_bytes", "gauge", "Memory of the process.", [("", "\(bytes)")])
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Only Linux says it in a file.
    private static var residentBytes: Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        return text.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 * Int(getpagesize()) }
    }
}
