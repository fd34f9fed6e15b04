/// Lets scripts hold the engine's bytes-to-numbers modules against other libraries, many cases a second.
///
///     parity-probe pictures < requests
///     parity-probe tokenizer FOLDER < requests
///
/// A request is a line of JSON on standard input; its reply follows on standard output before the next is read. What is
/// in them say `PictureProbe` and `TokenizerProbe`. Not part of any product: `weights-tools` has the scripts.
@main
enum ParityProbe {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        switch (arguments.first, arguments.dropFirst().first, arguments.count) {
        case ("pictures", nil, 1): try PictureProbe().run()
        case ("tokenizer", let folder?, 2): try TokenizerProbe(folder: folder).run()
        default: throw Misuse()
        }
    }

    private struct Misuse: Error, CustomStringConvertible {
        let description = "usage: parity-probe pictures | tokenizer FOLDER"
    }
}
