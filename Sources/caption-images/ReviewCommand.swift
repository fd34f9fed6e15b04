import ArgumentParser
import Captioner
import CaptionerDataSets
import CaptionerFiles
import CaptionerReport
import Foundation
import SystemPackage

/// `caption-images review OUTPUT`: the report of a run in a browser, with editing.
struct ReviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Lets captions be accepted, edited and rejected in a browser.",
        usage: """
            caption-images review captions.jsonl
            caption-images review captions.jsonl --merge rows -o reviewed.jsonl
            caption-images review captions.jsonl --merge sidecars
            """,
        discussion: """
            The command prints the address of a page, which it serves until it is interrupted. Decisions are saved at once \
            in CAPTIONS.review.jsonl; CAPTIONS itself stays as it is. With --merge there is no page: decisions are brought \
            into a new file of rows, or into the text files beside the images. \
            Exit status: 0 merged, 1 could not, 2 merged with something left as it is, 128 + N interrupted by signal N, 64 \
            wrong usage.
            """)

    enum Destination: String, ExpressibleByArgument, CaseIterable {
        case rows
        case sidecars
    }

    @Argument(help: "The output of caption-images: records (JSONL), a Data-Juicer data set, or CSV.")
    var captions: FilePath

    @Option(help: "The port to listen on; 0 for one that is free.")
    var port = 0

    @Option(help: "Merge decisions into: \(Destination.allCases.map(\.rawValue).joined(separator: ", ")).")
    var merge: Destination?

    @Option(
        name: [.short, .long],
        help: "With --merge rows, the file to write. (default: captions.reviewed.jsonl for captions.jsonl)")
    var output: FilePath?

    @Flag(help: "With --merge rows, leave out rows of which nothing was decided, too.")
    var decidedOnly = false

    @Flag(help: "With --merge rows, replace a file that was not made so.")
    var overwrite = false

    @OptionGroup var options: ReportOptions

    @Flag(help: "No progress on standard error.")
    var quiet = false

    func validate() throws {
        for (name, value) in [("CAPTIONS", captions), ("--output", output)] where value?.isEmpty == true {
            throw ValidationError("\(name) is empty.")
        }
        try output?.checkOutputName()
        guard 0...65_535 ~= port else { throw ValidationError("--port is \(port), expected 0...65535.") }
        guard merge != .rows else { return }
        let given = [("--output", output != nil), ("--decided-only", decidedOnly), ("--overwrite", overwrite)]
        if let (name, _) = given.first(where: \.1) { throw ValidationError("\(name) needs --merge rows.") }
    }

    func run() async throws {
        try await reportingErrors {
            var report = options.report(of: captions)
            let console = Console(isQuiet: quiet)
            guard let merge else { return try await serve(report, console) }
            Signals.respond(.cancel)
            report.thumbnailSize = 0
            try await self.merge(.opened(report), into: merge, console)
        }
        if merge == nil, let status = Signals.exitStatus { throw ExitCode(status) }
    }

    private func merge(_ review: Review, into destination: Destination, _ console: Console) async throws {
        for note in review.notes { console.note(note) }
        let summary: ReviewSummary
        do {
            summary =
                switch destination {
                case .rows:
                    try await review.mergeRows(into: output, decidedOnly: decidedOnly, overwrites: overwrite)
                case .sidecars: try await review.mergeSidecars()
                }
        } catch {
            await review.finish()
            throw error
        }
        await review.finish()
        // They are why the status is not 0.
        for remark in summary.remarks { Console.write("\(remark)\n") }
        let more = summary.remarkCount - summary.remarks.count
        if more > 0 { Console.write("and \(more) more\n") }
        console.note("\(summary)")
        if summary.remarkCount > 0 { throw ExitCode(2) }
    }
}

#if Server
    import CaptionerServer
    import Logging

    extension ReviewCommand {
        private func serve(_ report: Report, _ console: Console) async throws {
            Signals.respond(.cancel)
            let review = try await Review.opened(report) { console.show(share: $0, of: "images") }
            console.endLine()
            for note in review.notes { console.note(note) }
            let token = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
            var logger = Logger(label: "caption-images") { StreamLogHandler.standardError(label: $0) }
            logger.logLevel = .warning
            let server = ReviewServer(review, port: port, token: token, logger: logger) { port in
                // The result of the command, and no message.
                print("http://127.0.0.1:\(port)/?token=\(token)")
                fflush(nil)
            }
            Signals.respond(.finish { Task { await server.stop() } })
            try await server.run()
            await review.finish()
            console.note("decisions are in \(await review.path.escaped)")
        }
    }
#else
    extension ReviewCommand {
        private func serve(_ report: Report, _ console: Console) async throws {
            throw ValidationError("this build has no server; build with: swift build -c release --traits Server")
        }
    }
#endif
