import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

/// What the system grants a process: processors, threads, address space.
@Suite(.timeLimit(.minutes(45))) struct LimitTests {
    private let folder: TemporaryFolder
    private let pictures: String

    init() throws {
        folder = try TemporaryFolder()
        pictures = try DemoModel.pictures().path
    }

    #if os(Linux)
        /// Help needs neither threads nor much memory.
        @Test(.disabled(if: isSanitized)) func helpNeedsLittleAddressSpace() throws {
            let result = try CommandLineTool.run(["--help"], behind: "ulimit -v 260000")
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.contains("caption-images photos/ --model"))
        }

        /// Too little of it is reported, and no reason to wait.
        @Test(.disabled(if: isSanitized), arguments: ["", "--kernels portable"])
        func tooLittleAddressSpaceIsReported(options: String) throws {
            for kilobytes in [200_000, 300_000, 400_000, 600_000, 4_000_000] {
                let result = try CommandLineTool.run(
                    [pictures, "--quiet"] + options.split(separator: " ").map(String.init),
                    behind: "ulimit -v \(kilobytes)")
                #expect(result.status == 0 || !result.errors.isEmpty, "\(kilobytes) kB: status \(result.status)")
            }
        }

        /// Too few open files are reported, and nothing ends by a signal. LeakSanitizer could not start its symbolizer, and
        /// took the message for lost.
        @Test(.enabled(if: !isSanitized)) func tooFewOpenFilesAreReported() throws {
            let model = try DemoModel.checkpoint().path
            try folder.write(#"{"image": "a.png", "caption": "a"}"# + "\n", as: "out.jsonl")
            for limit in [4, 5, 6, 8, 10] {
                let commands = [
                    [pictures, "--quiet"], ["-"], ["inspect", model], ["report", "out.jsonl", "-o", "page.html"],
                    ["pack", model, "-o", "packed", "--precision", "int8"],
                    ["trace", pictures + "/scene-01.png", "-o", "trace"],
                ]
                for arguments in commands {
                    let result = try CommandLineTool.run(arguments, behind: "ulimit -n \(limit)", in: folder.url)
                    #expect(result.status == 1, "\(limit) \(arguments): status \(result.status)")
                    #expect(result.errors.contains("(ulimit -n) is too low"), "\(result.errors)")
                    #expect(result.output.isEmpty)
                }
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["out.jsonl"])
            let result = try CommandLineTool.run(
                [pictures, "--quiet", "--limit", "2", "--threads", "1"], behind: "ulimit -n 16", in: folder.url)
            #expect(result.status == 0, "\(result.errors)")
        }

        /// Where no thread can be made a command says so; libdispatch alone would try for ever. Stacks that no address space
        /// has room for have the effect of `ulimit -u`, which does not hold for root.
        @Test(
            .enabled(if: canHaveAnyStack), arguments: [["pictures"], ["-"], ["report", "out.jsonl", "-o", "out.html"]])
        func threadsThatAreNotGrantedAreReported(arguments: [String]) throws {
            let arguments = arguments.map { $0 == "pictures" ? pictures : $0 }
            let result = try CommandLineTool.run(arguments, behind: "ulimit -s 200000000000", in: folder.url)
            #expect(result.status == 1)
            #expect(result.output.isEmpty)
            #expect(
                result.errors.firstMatch(
                    of: #/^caption-images: the system grants 0 of the [0-9]+ threads that this takes \(.+\): /#) != nil,
                "\(result.errors)")
            #expect(try CommandLineTool.run(["--help"], behind: "ulimit -s 200000000000").status == 0)
        }

        private static var canHaveAnyStack: Bool {
            var limit = rlimit()
            return !isSanitized && getrlimit(__rlimit_resource_t(RLIMIT_STACK.rawValue), &limit) == 0
                && limit.rlim_max == rlim_t.max
        }

        /// Sanitizers reserve more address space than such limits leave.
        private static var isSanitized: Bool {
            ProcessInfo.processInfo.environment.keys.contains { ["ASAN_OPTIONS", "TSAN_OPTIONS"].contains($0) }
        }

        @Test func threadsAreAsManyAsTheProcessorsOfTheProcess() throws {
            let allowed = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
                .firstMatch(of: /Cpus_allowed_list:\s*([0-9]+)/).map { String($0.1) }
            let processor = try #require(allowed)
            let result = try CommandLineTool.run(
                [pictures, "--quiet", "--limit", "1", "--summary", "sum.json"],
                behind: "taskset -cp \(processor) $$ >&2",
                in: folder.url)
            #expect(result.status == 0, "\(result.errors)")
            let summary = try JSONSerialization.jsonObject(
                with: Data(contentsOf: folder.url.appendingPathComponent("sum.json")))
            #expect((summary as? [String: Any])?["threads"] as? Int == 1)
        }
    #endif
}
