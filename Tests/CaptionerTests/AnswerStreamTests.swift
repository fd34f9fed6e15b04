import Captioner
import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

/// An answer that is read while it is written.
@Suite(.timeLimit(.minutes(10))) struct AnswerStreamTests {
    private static let conversation = [
        ConversationTurn("What is it?", answer: "a red bus"), ConversationTurn("And where?", answer: ""),
        ConversationTurn("How many?"),
    ]
    private let picture = Fixtures.pictures.appending(path: "drawn-000.png")
    private let options = Captioner.GenerationOptions(maxNewTokens: 12)

    /// Random weights, which write tokens of bytes that are no text as well.
    private func conversing() async throws -> Captioner {
        try await Captioner(
            modelFolder: URL(filePath: #filePath).deletingLastPathComponent()
                .appending(path: "Fixtures/mgm/plain/mgm-2b"))
    }

    private func expectTheAnswer(
        of captioner: Captioner, to conversation: [ConversationTurn], sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let expected = try await captioner.answer(conversation, about: picture, options: options)
        let found = try await StreamContent(captioner.answerUpdates(conversation, about: picture, options: options))
        #expect(found.finished == [expected], sourceLocation: sourceLocation)
        #expect(found.tokens == expected.tokenIDs, sourceLocation: sourceLocation)
        #expect(
            Array(found.text.trimmingCharacters(in: .whitespacesAndNewlines).utf8) == Array(expected.text.utf8),
            sourceLocation: sourceLocation)
    }

    @Test func streamsWriteTheAnswer() async throws {
        let captioner = try await conversing()
        for start in Self.conversation.indices.reversed() {
            try await expectTheAnswer(of: captioner, to: Array(Self.conversation[start...]))
        }
        let alone = try await captioner.answer([ConversationTurn("How many?")], about: picture, options: options)
        let last = try await captioner.answer(Self.conversation, about: picture, options: options)
        #expect(alone.tokenIDs != last.tokenIDs)
    }

    /// A prompt in the options or in the request is not asked as well.
    @Test func promptsDoNotCount() async throws {
        let captioner = try await conversing()
        var prompted = options
        prompted.prompt = "Something else?"
        let request = CaptionRequest(image: .file(picture), prompt: "Another thing?")
        let found = try await StreamContent(
            captioner.answerUpdates([ConversationTurn("How many?")], about: request, options: prompted))
        #expect(
            try await found.finished
                == [captioner.answer("How many?", about: picture, options: options)])
    }

    @Test func aModelThatDoesNotConverseAnswersSingleQuestions() async throws {
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        try await expectTheAnswer(of: captioner, to: [ConversationTurn("what is this?")])
        await #expect(throws: CaptionerError.self) {
            _ = try await StreamContent(captioner.answerUpdates(Self.conversation, about: picture))
        }
    }

    @Test func whatCannotBeAnsweredIsAnError() async throws {
        let captioner = try await conversing()
        for conversation in [
            [], [ConversationTurn("What?", answer: "a bus")], [ConversationTurn("a"), ConversationTurn("b")],
        ] {
            let error = await #expect(throws: CaptionerError.self) {
                _ = try await StreamContent(captioner.answerUpdates(conversation, about: picture))
            }
            #expect(error?.code == .invalidOption)
        }
        for question in ["<image> again?", String(repeating: "what is this? ", count: 20_000)] {
            let failure = await #expect(throws: CaptionFailure.self) {
                _ = try await StreamContent(captioner.answerUpdates([ConversationTurn(question)], about: picture))
            }
            #expect(failure?.stage == .prompt)
        }
    }
}
