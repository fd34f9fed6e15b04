import Foundation
import TestSupport

/// `caption-images -`, running, with its ends.
final class RunningWorker: Sendable {
    private let process: ChildProcess
    private let requests = Pipe()
    private let answers = Pipe()
    private let errors = Pipe()

    init(_ arguments: [String] = [], in folder: URL? = nil) throws {
        // A worker that is gone shows by its answers, not by the end of the tests.
        signal(SIGPIPE, SIG_IGN)
        process = try ChildProcess(
            CommandLineTool.executable(), ["-"] + arguments, in: folder, input: requests, output: answers,
            errors: errors)
    }

    func send(_ text: String) throws { try requests.fileHandleForWriting.write(contentsOf: Data(text.utf8)) }

    func closeInput() throws { try requests.fileHandleForWriting.close() }

    func stopReading() throws { try answers.fileHandleForReading.close() }

    func send(signal: Int32) { process.send(signal: signal) }

    var isRunning: Bool { process.isRunning }

    /// The next answer, empty at the end.
    func answer() -> String { answers.nextLine() }

    /// The next line on standard error, empty at the end.
    func note() -> String { errors.nextLine() }

    /// How the process ended.
    /// - Parameter killed: whether the test killed it.
    func end(killed: Bool = false) -> ChildProcess.End { process.end(killed: killed) }

    /// The exit status, or the signal that ended the process.
    func status(killed: Bool = false) -> Int32 { end(killed: killed).status }
}
