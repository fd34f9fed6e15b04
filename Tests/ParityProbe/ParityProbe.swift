/// Lets scripts compare the engine with other libraries, many cases a second.
///
///     parity-probe pictures < requests
///     parity-probe tokenizer FOLDER < requests
///     parity-probe generation CHECKPOINT [PRECISION [PART=PRECISION ...]] < requests
///     parity-probe linear < requests
///     parity-probe evaluation < requests
///
/// A request is a line of JSON on standard input; its reply follows on standard output before the next is read. What is
/// in them say `PictureProbe`, `TokenizerProbe`, `GenerationProbe`, `LinearProbe` and `EvaluationProbe`. Not part of any
/// product: `weights-tools` has the scripts.
@main
enum ParityProbe {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, arguments.dropFirst().first, arguments.count) {
        case ("pictures", nil, 1): try PictureProbe().run()
        case ("tokenizer", let folder?, 2): try TokenizerProbe(folder: folder).run()
        case ("generation", let folder?, _):
            try await GenerationProbe(folder: folder, precisions: Array(arguments.dropFirst(2))).run()
        case ("linear", nil, 1): try LinearProbe().run()
        case ("evaluation", nil, 1): try EvaluationProbe().run()
        default: throw Misuse()
        }
    }

    private struct Misuse: Error, CustomStringConvertible {
        let description =
            "usage: parity-probe pictures | tokenizer FOLDER | generation CHECKPOINT [PRECISION ...] | linear | evaluation"
    }
}
