import Captioner
import CaptionerRecaption
import Foundation

extension RunProgress {
    /// How far the run is: done, rate, time left, failed, and which stages the time goes to.
    var line: String {
        let all = resumed + finished
        let percent = total > 0 ? 100 * all / total : 100
        let left = secondsLeft.map { ", \(Self.clock($0)) left" } ?? ""
        let failed = allFailed > 0 ? ", \(allFailed) failed" : ""
        let share = isCounted ? "\(all)/\(total) (\(percent) %)" : "\(all)"
        return "\(share), \(rate) images/s\(left)\(failed)\(stages)"
    }

    /// What came of the run.
    /// - Parameters:
    ///   - command: what resumes it if it was interrupted.
    ///   - imageToken: what was looked for in texts.
    ///   - isScoring: whether texts were scored, and nothing captioned.
    func closingLines(command: String, imageToken: String, isScoring: Bool = false) -> [String] {
        var line = isScoring ? "\(spared) scored" : "\(done) captioned"
        if noted > 0 { line += ", \(noted) of them with a note" }
        if spared > 0, !isScoring { line += ", \(spared) kept their text, not captioned" }
        if unchanged > 0 { line += ", \(unchanged) kept as they were" }
        if failed > 0 { line += ", \(failed) failed" }
        line += " in \(String(format: "%.1f", seconds)) s (\(rate) images/s)"
        var lines = [line]
        if resumed > 0 {
            let failures = resumedFailures > 0 ? ", \(resumedFailures) of them failed" : ""
            lines.append("\(resumed) were done before\(failures)")
        }
        if reused > 0 {
            lines.append(
                (reused == 1 ? "1 image was the same as another" : "\(reused) images were the same as others")
                    + " and not captioned again")
        }
        lines += remarks.lines(imageToken: imageToken)
        let causes = errorsByCause.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        lines += causes.prefix(5).map { "\($0.value) x \($0.key)" }
        if causes.count > 5 {
            lines.append("and \(causes.count - 5) other \(causes.count == 6 ? "kind" : "kinds") of errors")
        }
        if isInterrupted {
            let share = isCounted ? "\(resumed + finished) of \(total)" : "\(resumed + finished)"
            lines.append("interrupted with \(share) done\(command.isEmpty ? "" : "; \(command) resumes")")
        }
        return lines
    }

    private var rate: String { String(format: imagesPerSecond < 10 ? "%.2f" : "%.0f", imagesPerSecond) }

    /// Shares of the time, for the stages that take at least a hundredth of it.
    private var stages: String {
        let model = timings.stages.map { stage in
            (stage.name == StageTimings.decodeStage ? "tokens" : stage.name.replacing("_", with: "-"), stage.seconds)
        }
        let shares = ([("images", timings.imageDecode)] + model + [("write", writeSeconds)]).map {
            ($0.0, seconds > 0 ? Int((100 * $0.1 / seconds).rounded()) : 0)
        }.filter { $0.1 > 0 }
        return shares.isEmpty ? "" : " | " + shares.map { "\($0.0) \($0.1) %" }.joined(separator: ", ")
    }

    /// Hours, minutes and seconds.
    static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        return String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
    }
}
