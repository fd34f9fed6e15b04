import Foundation
import TestSupport

/// Runs the built `caption-images` as a user would.
enum CommandLineTool {
    struct Result {
        let status: Int32
        let output: String
        let errors: String

        var lines: [String] { output.split(separator: "\n").map(String.init) }
    }

    /// Whether the tool can be run with a limit of the size of files: ThreadSanitizer maps a larger file of its own.
    static let takesFileSizeLimits = ProcessInfo.processInfo.environment["TSAN_OPTIONS"] == nil

    /// - Parameters:
    ///   - environment: variables that are set besides the test's own.
    ///   - fileSizeLimit: of each file that the tool writes, in blocks of 512 bytes.
    ///   - input: a file for standard input.
    static func run(
        _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:], fileSizeLimit: Int? = nil,
        input: URL? = nil
    ) throws -> Result {
        guard let fileSizeLimit else {
            return try run(executable: executable(), arguments, in: folder, environment: environment, input: input)
        }
        return try run(arguments, behind: "ulimit -f \(fileSizeLimit)", in: folder)
    }

    /// Runs the tool in place of a shell that has done something first, such as to set a limit.
    static func run(_ arguments: [String], behind script: String, in folder: URL? = nil) throws -> Result {
        try run(
            executable: URL(fileURLWithPath: "/bin/sh"),
            ["-c", "\(script) && exec \"$0\" \"$@\"", try executable().path] + arguments, in: folder)
    }

    private static func run(
        executable: URL, _ arguments: [String], in folder: URL?, environment: [String: String] = [:],
        input: URL? = nil
    ) throws -> Result {
        let (output, errors) = (Pipe(), Pipe())
        let process = try ChildProcess(
            executable, arguments, in: folder, environment: environment,
            input: try input.map { try FileHandle(forReadingFrom: $0) }, output: output, errors: errors)
        // Errors are read on another thread, so that neither pipe fills up while the other is waited for. One of its own:
        // tests that wait may have taken all that are shared.
        let done = DispatchSemaphore(value: 0)
        nonisolated(unsafe) var errorData = Data()
        Thread.detachNewThread {
            errorData = errors.fileHandleForReading.readDataToEndOfFile()
            done.signal()
        }
        let outputData = output.fileHandleForReading.readDataToEndOfFile()
        done.wait()
        return Result(
            status: process.end().status, output: String(decoding: outputData, as: UTF8.self),
            errors: String(decoding: errorData, as: UTF8.self))
    }

    /// Starts the tool and sends it a signal after a while.
    static func run(_ arguments: [String], in folder: URL, stoppedBy signal: Int32, after delay: Duration) throws
        -> ChildProcess.End
    {
        let process = try ChildProcess(
            executable(), arguments, in: folder, input: FileHandle.nullDevice, output: FileHandle.nullDevice,
            errors: FileHandle.nullDevice)
        Thread.sleep(forTimeInterval: delay / .seconds(1))
        process.send(signal: signal)
        return process.end(killed: signal == SIGKILL)
    }

    /// Runs a script in which `tool` is the tool.
    static func shell(_ script: String, in folder: URL) throws -> Result {
        // Killing the shell alone would leave its children running.
        let tool = "tool() { timeout -s KILL \(Int(Watchdog.limit) / 2) \"$0\" \"$@\"; }"
        return try run(
            executable: URL(fileURLWithPath: "/bin/sh"), ["-c", "\(tool)\n\(script)", try executable().path], in: folder
        )
    }

    /// The product is beside the test bundle.
    static func executable() throws -> URL {
        let places = [Bundle.main.bundleURL, Bundle.main.executableURL?.deletingLastPathComponent()]
        let found = places.compactMap { $0?.resolvingSymlinksInPath().appendingPathComponent("caption-images") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
        guard let found else { throw CocoaError(.fileNoSuchFile) }
        return found
    }
}
