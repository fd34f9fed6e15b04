import Testing

@testable import CaptionerDataSets

@Suite(.timeLimit(.minutes(45))) struct ErrorCauseTests {
    @Test(arguments: [
        ("cannot read /a/b (1).jpg: No such file or directory", "No such file or directory"),
        ("cannot read a: b: not a regular file", "not a regular file"),
        ("cannot write /a: b.txt: it is there", "it is there"),
        ("cannot read without a colon", "cannot read without a colon"),
        ("broken PNG: chunk IDAT (at byte 17) is cut (5 of 9 bytes)", "broken PNG: chunk IDAT"),
        ("a (b) c", "a c"), ("a (b", "a (b"), ("(a) b", "(a) b"), ("a) (b", "a) (b"),
        ("12 x 345 pixels are more than the 6 allowed", "N x N pixels are more than the N allowed"),
        ("not UTF-8 (0xE9) at byte 13", "not UTF-8 at byte N"), ("UTF-16, sha256 and 7z", "UTF-16, sha256 and Nz"),
        ("", ""), ("é 3", "é N"),
    ])
    func whatMessagesHaveInCommon(message: String, cause: String) {
        #expect(ErrorCause.text(of: message) == cause)
    }

    /// What would take for ever if each bracket, colon or digit made the rest be looked at again.
    @Test(arguments: [" (", ")", " ()", ": ", "1", "a1", "1a-", "cannot read ", " (1): "])
    func theTimeIsLinear(piece: String) {
        let message = "cannot read " + String(repeating: piece, count: 1_000_000)
        #expect(ErrorCause.text(of: message).utf8.count <= message.utf8.count)
    }
}
