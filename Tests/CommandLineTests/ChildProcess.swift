import Foundation
import TestSupport
import Testing

/// A process that a test starts. If it does not end in time it is killed, and the test fails with its command.
final class ChildProcess: Sendable {
    private let process = Process()
    private let command: String
    private let watchdog: Watchdog

    /// How a process ended.
    enum End: Equatable {
        case exit(Int32)
        case signal(Int32)
        /// It was killed for having run for too long.
        case hung

        /// The exit status, or the number of the signal.
        var status: Int32 {
            switch self {
            case .exit(let status): status
            case .signal(let number): number
            case .hung: SIGKILL
            }
        }
    }

    /// - Parameters:
    ///   - environment: variables that are set besides the test's own.
    ///   - input, output, errors: what `Process` takes, nil for those of the tests.
    init(
        _ executable: URL, _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:],
        input: Any? = nil, output: Any? = nil, errors: Any? = nil
    ) throws {
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        if let folder { process.currentDirectoryURL = folder }
        if let input { process.standardInput = input }
        if let output { process.standardOutput = output }
        if let errors { process.standardError = errors }
        command = ([executable.lastPathComponent] + arguments).joined(separator: " ")
        try process.run()
        watchdog = Watchdog { [identifier = process.processIdentifier] in kill(identifier, SIGKILL) }
    }

    var isRunning: Bool { process.isRunning }

    func send(signal: Int32) { kill(process.processIdentifier, signal) }

    /// Waits for the end.
    /// - Parameter signal: the one that the test itself ended it by.
    func end(killed: Bool = false) -> End {
        process.waitUntilExit()
        watchdog.callOff()
        let status = process.terminationStatus
        guard process.terminationReason == .uncaughtSignal else { return .exit(status) }
        guard status == SIGKILL, !killed else { return .signal(status) }
        Issue.record("\(command) had not ended after \(Int(Watchdog.limit)) seconds, and was killed")
        return .hung
    }
}
