import ArgumentParser
import CaptionerRecaption
import Foundation

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
    func show(_ progress: RunProgress) { show { progress.line } }

    /// The same of other work.
    func show(_ line: () -> String) {
        let now = ContinuousClock.now
        let interval: Duration = isTerminal ? .milliseconds(200) : .seconds(10)
        guard !isQuiet, lastShown.map({ now - $0 >= interval }) ?? isTerminal else {
            if lastShown == nil { lastShown = now }
            return
        }
        lastShown = now
        Self.write(isTerminal ? "\r\u{1B}[K\(line().prefix(Self.terminalWidth - 1))" : "\(line())\n")
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

    /// - Parameters:
    ///   - command: what resumes the run if it was interrupted.
    ///   - imageToken: what was looked for in texts.
    ///   - isScoring: whether texts were scored, and nothing captioned.
    func finish(_ progress: RunProgress, command: String, imageToken: String, isScoring: Bool) {
        guard !isQuiet else { return }
        Self.write(
            (isTerminal ? "\r\u{1B}[K" : "")
                + progress.closingLines(command: command, imageToken: imageToken, isScoring: isScoring)
                .joined(separator: "\n") + "\n")
    }

    /// Reports an error that has no place in the output. Nothing else reports it, so it is written with `--quiet`, too.
    func reportError(_ record: String) { Self.write("error: \(record.trimmingCharacters(in: .newlines))\n") }

    static func write(_ text: String) {
        // There is no place for a message when standard error itself is gone.
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    /// Columns of the terminal, so that progress never wraps.
    private static var terminalWidth: Int {
        var size = winsize()
        let known = ioctl(FileHandle.standardError.fileDescriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1
        return known ? Int(size.ws_col) : 80
    }
}

/// Runs a command; an error becomes one message on standard error and exit status 1.
func reportingErrors(_ work: () async throws -> Void) async throws {
    // A closed pipe, or a limit of file sizes, must be an error with a message, not the end of the process without one.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    do {
        try await work()
    } catch let code as ExitCode {
        throw code
    } catch let usage as ValidationError {
        throw usage
    } catch is CancellationError {
        // Nothing but a signal cancels a command.
        Console.write("caption-images: interrupted\n")
        throw ExitCode(Signals.exitStatus ?? 1)
    } catch {
        Console.write("caption-images: \(error)\n")
        throw ExitCode(1)
    }
}
