import ArgumentParser
import Foundation
import Recaption

/// What a person sees on standard error: notes, and progress that rewrites its line on a terminal and is plain lines
/// elsewhere.
final class Console {
    private let isQuiet: Bool
    private let isTerminal = isatty(FileHandle.standardError.fileDescriptor) == 1
    private var lastShown: ContinuousClock.Instant?

    init(isQuiet: Bool) { self.isQuiet = isQuiet }

    func note(_ text: String) {
        if !isQuiet { Self.write("\(text)\n") }
    }

    /// At most a few times a second on a terminal, every ten seconds in a log.
    func show(_ progress: RunProgress) {
        let now = ContinuousClock.now
        let interval: Duration = isTerminal ? .milliseconds(200) : .seconds(10)
        guard !isQuiet, lastShown.map({ now - $0 >= interval }) ?? isTerminal else {
            if lastShown == nil { lastShown = now }
            return
        }
        lastShown = now
        let percent = progress.total > 0 ? 100 * progress.finished / progress.total : 100
        let left = progress.secondsLeft.map { ", \(Self.clock($0)) left" } ?? ""
        let failed = progress.failed > 0 ? ", \(progress.failed) failed" : ""
        let line =
            "\(progress.finished)/\(progress.total) (\(percent) %), \(Self.rate(progress)) images/s\(left)\(failed)"
        Self.write(isTerminal ? "\r\u{1B}[K\(line.prefix(Self.terminalWidth - 1))" : "\(line)\n")
    }

    /// On a terminal, which share of a piece of work is done.
    func show(share: Double, of work: String) {
        guard !isQuiet, isTerminal else { return }
        Self.write("\r\u{1B}[K\(work) \(Int(share * 100)) %")
    }

    /// Clears the line that progress was shown on.
    func endLine() {
        if !isQuiet, isTerminal { Self.write("\r\u{1B}[K") }
    }

    func finish(_ progress: RunProgress) {
        guard !isQuiet else { return }
        let noted = progress.noted > 0 ? ", \(progress.noted) of them with a note" : ""
        let failed = progress.failed > 0 ? ", \(progress.failed) failed" : ""
        let seconds = String(format: "%.1f", progress.seconds)
        Self.write(
            "\(isTerminal ? "\r\u{1B}[K" : "")\(progress.done) captioned\(noted)\(failed) in \(seconds) s (\(Self.rate(progress)) images/s)\n"
        )
    }

    static func write(_ text: String) {
        // Nobody can be told when standard error itself is gone.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// Columns of the terminal, so that progress never wraps.
    private static var terminalWidth: Int {
        var size = winsize()
        let known = ioctl(FileHandle.standardError.fileDescriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1
        return known ? Int(size.ws_col) : 80
    }

    private static func rate(_ progress: RunProgress) -> String {
        String(format: progress.imagesPerSecond < 10 ? "%.2f" : "%.0f", progress.imagesPerSecond)
    }

    private static func clock(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        return String(format: "%d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60)
    }
}

/// Runs a command; an error becomes one message on standard error and exit status 1.
func reportingErrors(_ work: () async throws -> Void) async throws {
    // A closed pipe shall be an error with a message, not the end of the process without one.
    signal(SIGPIPE, SIG_IGN)
    do {
        try await work()
    } catch let code as ExitCode {
        throw code
    } catch {
        Console.write("caption-images: \(error)\n")
        throw ExitCode(1)
    }
}
