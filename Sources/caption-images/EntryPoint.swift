import ArgumentParser
import Captioner
import CaptionerAllocator
import CaptionerFiles
import Foundation

/// The way in. Arguments are read, and help and mistakes reported, before there is any other thread; then the command runs in
/// a task, and the main thread waits for signals.
@main
enum EntryPoint {
    static func main() {
        Signals.exitWhenReceived()
        let command: any ParsableCommand
        do {
            command = try CaptionImages.parseAsRoot(ArgumentPaths.ofProcess.arguments)
            // Help, for one, is no command of ours.
            guard command is any AsyncParsableCommand else {
                var command = command
                try command.run()
                CaptionImages.exit()
            }
        } catch {
            finish(telling: error)
        }
        Signals.hold()
        // Before there are threads, each of which would get a region of addresses of its own.
        if command is CaptionCommand || command is AnswerCommand || command is BenchCommand || command is ServeCommand {
            captioner_keep_memory_flat()
        }
        if let shortage = DescriptorSupply.shortage(of: command)
            ?? ThreadSupply.shortage(of: ThreadSupply.threadCount(of: command))
        {
            Console.write("caption-images: \(shortage)\n")
            exit(1)
        }
        // It is used by the task alone from here on. That is detached, since the main thread takes no tasks.
        nonisolated(unsafe) let parsed = command
        Signals.wait(during: Task.detached { await run(parsed) })
    }

    /// Ends with a mistake in the arguments, or with help or the version, which must have got to where they are read.
    private static func finish(telling error: any Error) -> Never {
        guard CaptionImages.exitCode(for: error) == .success else { CaptionImages.exit(withError: error) }
        do {
            try RecordWriter().write(Data("\(CaptionImages.fullMessage(for: error))\n".utf8))
        } catch {
            Console.write("caption-images: \(error)\n")
            CaptionImages.exit(withError: ExitCode(1))
        }
        CaptionImages.exit()
    }

    private static func run(_ command: any ParsableCommand) async {
        do {
            guard var command = command as? any AsyncParsableCommand else { CaptionImages.exit() }
            try await command.run()
            CaptionImages.exit()
        } catch {
            CaptionImages.exit(withError: error)
        }
    }
}
