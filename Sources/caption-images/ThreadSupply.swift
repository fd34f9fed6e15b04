import ArgumentParser
import Captioner
import Foundation

/// Whether the system grants the threads that a command needs.
///
/// libdispatch, on which Swift's tasks run, tries without end and without a word to start a thread that the system does
/// not grant.
enum ThreadSupply {
    /// The threads on which a command computes.
    static func computingCount(of command: any ParsableCommand) -> Int {
        switch command {
        case let command as CaptionCommand: command.model.threadCount
        case let command as ScoreCommand: command.model.threadCount
        case let command as TraceCommand: command.model.threadCount
        case let command as AnswerCommand: command.model.threadCount
        case let command as BenchCommand: command.model.threadCount
        case let command as EvaluateTextVQACommand: command.options.threadCount
        case let command as EvaluateMMBenchCommand: command.options.threadCount
        case is ReportCommand, is SelectCommand, is CheckCommand:
            Captioner.Options.defaultThreadCount
        default: 1
        }
    }

    /// The most threads that a command has at once, beside the main one.
    static func threadCount(of command: any ParsableCommand) -> Int {
        let computing = computingCount(of: command)
        let waiting = (command as? CaptionCommand)?.isWorker == true ? 1 : 0
        // For each of the three priorities in use libdispatch has as many as there are tasks to run, which are hardly more
        // than what computes, but no more than there are processors; and a few more.
        let pool = min(ProcessInfo.processInfo.activeProcessorCount, computing + 1)
        return computing + waiting + 3 * pool + 3
    }

    /// The threads of this process, nil where the system does not report them.
    static var currentCount: Int? { try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count }

    /// What memory a command takes before anything of its own can fail with a message.
    private static let reserve = 64 << 20

    /// Starts `count` threads at once, with memory besides, and lets them go.
    /// - Returns: a message for the user if that is not possible.
    static func shortage(of count: Int) -> String? {
        let memory = mmap(nil, reserve, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let memory, memory != MAP_FAILED else {
            return "the system grants no \(reserve >> 20) MB of address space (ulimit -v)"
        }
        defer { munmap(memory, reserve) }
        let gate = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        defer { gate.deallocate() }
        pthread_mutex_init(gate, nil)
        pthread_mutex_lock(gate)
        var threads: [pthread_t] = []
        var code: Int32 = 0
        while threads.count < count, code == 0 {
            #if os(Linux)
                var thread = pthread_t()
                code = pthread_create(&thread, nil, waitAtGate, gate)
                if code == 0 { threads.append(thread) }
            #else
                var thread: pthread_t?
                code = pthread_create(&thread, nil, waitAtGate, gate)
                if let thread { threads.append(thread) }
            #endif
        }
        pthread_mutex_unlock(gate)
        for thread in threads { pthread_join(thread, nil) }
        pthread_mutex_destroy(gate)
        guard code != 0 else { return nil }
        return """
            the system grants \(threads.count) of the \(count) threads that this takes \
            (\(String(cString: strerror(code)))): a limit of processes (ulimit -u, or that of a container) or of address \
            space (ulimit -v) is too low; fewer --threads need fewer
            """
    }

    /// The same for what a command still needs when its model is loaded, which takes address space, too.
    static func checkRest(of command: any ParsableCommand) throws {
        guard let currentCount else { return }
        // The main thread is none of those that are counted.
        if let message = shortage(of: max(0, threadCount(of: command) + 1 - currentCount)) {
            throw Shortage(description: message)
        }
    }

    private struct Shortage: Error, CustomStringConvertible { let description: String }
}

#if os(Linux)
    private typealias ThreadArgument = UnsafeMutableRawPointer?
#else
    private typealias ThreadArgument = UnsafeMutableRawPointer
#endif

private func waitAtGate(_ argument: ThreadArgument) -> UnsafeMutableRawPointer? {
    let argument: UnsafeMutableRawPointer? = argument
    guard let gate = argument?.assumingMemoryBound(to: pthread_mutex_t.self) else { return nil }
    pthread_mutex_lock(gate)
    pthread_mutex_unlock(gate)
    return nil
}
