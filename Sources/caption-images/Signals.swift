import Foundation
import Synchronization

/// What Ctrl-C (SIGINT), SIGTERM and a terminal that is gone (SIGHUP) do, from the first instruction of `main` to the
/// last. The exit status is 128 and the signal's number.
///
/// The first signal does what the command is ready for, a `Response`; a second one ends the process at once.
/// None is lost: until a command begins, a handler ends the process; from then on they are blocked in all threads, and
/// the main thread waits for them and does nothing else.
enum Signals {
    /// What the first signal does.
    enum Response: Sendable {
        /// It ends the process at once: there is nothing to finish, and nothing to take away.
        case exit
        /// It cancels the command's task, which takes away what is half done and throws `CancellationError`.
        case cancel
        /// It is called, and the work finishes by itself.
        case finish(@Sendable () -> Void)
    }

    private struct State: Sendable {
        var response = Response.exit
        var task: Task<Void, Never>?
        var received: Int32?
    }

    private static let state = Mutex(State())

    // MARK: What commands say and ask

    /// Says what the first signal does from now on. One that is there already does it now.
    static func respond(_ response: Response) {
        let late = state.withLock { state in
            state.response = response
            return state.received.map { action(of: state, on: $0) }
        }
        late?()
    }

    /// Lets a run finish its batch at the first signal, and says so.
    static func finishBatch(isQuiet: Bool) {
        respond(.finish { if !isQuiet { Console.write("\nfinishing the batch; once more ends at once\n") } })
    }

    static var isReceived: Bool { state.withLock { $0.received != nil } }

    /// That of a command that a signal ended before its time, nil if none was received.
    static var exitStatus: Int32? { state.withLock { $0.received.map { 128 + $0 } } }

    // MARK: What main does

    /// Ends the process on a signal, until `hold` is called. To be called first of all.
    static func exitWhenReceived() {
        // Nothing but what a handler may call.
        for number in numbers { signal(number) { _exit(128 + $0) } }
    }

    /// Holds signals back in this thread, and in those that it starts, until `wait` is called.
    static func hold() { mask(SIG_BLOCK) }

    /// Waits for signals while a task runs, which ends the process.
    static func wait(during task: Task<Void, Never>) -> Never {
        state.withLock { $0.task = task }
        var set = signalSet
        var number: Int32 = 0
        while sigwait(&set, &number) != 0 {}
        let action = state.withLock { state in
            state.received = number
            return Self.action(of: state, on: number)
        }
        // From here on the handler is there for the second one, whatever this thread waits for.
        mask(SIG_UNBLOCK)
        action()
        while true { pause() }
    }

    private static func action(of state: State, on number: Int32) -> @Sendable () -> Void {
        switch state.response {
        case .exit: { _exit(128 + number) }
        case .cancel: { [task = state.task] in task?.cancel() }
        case .finish(let body): body
        }
    }

    /// SIGHUP is left alone where it was ignored, as `nohup` does it, so that a run outlives its terminal.
    private static let numbers: [Int32] = {
        var old = sigaction()
        sigaction(SIGHUP, nil, &old)
        #if os(Linux)
            let handler = old.__sigaction_handler.sa_handler
        #else
            let handler = old.__sigaction_u.__sa_handler
        #endif
        let isIgnored = unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
        return isIgnored ? [SIGINT, SIGTERM] : [SIGINT, SIGTERM, SIGHUP]
    }()

    private static var signalSet: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        return set
    }

    private static func mask(_ how: Int32) {
        var set = signalSet
        pthread_sigmask(how, &set, nil)
    }
}
