import Captioner
import CaptionerDemoModel
import CaptionerTensorCore
import Foundation
import TestSupport
import Testing

/// What the library promises of generation beyond what other implementations do alike.
@Suite(.timeLimit(.minutes(45))) struct GenerationTests {
    private let pictures = ["drawn-000.png", "scene-001.jpg", "easy-vqa-007.png", "drawn-002.png"].map {
        Fixtures.pictures.appendingPathComponent($0)
    }
    private let question = "Question: what is this? Answer:"

    private func captioner(batchSize: Int = 8) async throws -> Captioner {
        try await Captioner(
            modelFolder: DemoModel.checkpoint(), options: Captioner.Options(batchSize: batchSize, precision: .float32))
    }

    /// Images with prompts of all lengths in one batch get what they get alone.
    @Test func promptsOfUnequalLengthShareABatch() async throws {
        let captioner = try await captioner()
        let prompts = [nil, question, "a picture of two", nil]
        let requests = zip(pictures, prompts).map { CaptionRequest(image: .file($0), prompt: $1) }
        var found: [Caption] = []
        for try await outcome in captioner.captions(for: requests) { found.append(try outcome.result.get()) }
        for (index, prompt) in prompts.enumerated() {
            let alone = try await captioner.caption(
                pictures[index], options: Captioner.GenerationOptions(prompt: prompt))
            #expect(found[index] == alone)
        }
    }

    /// Questions about an image, in one call, get what each gets as the image's prompt.
    @Test func questionsAboutAnImageHaveAnswersOfTheirOwn() async throws {
        let captioner = try await captioner()
        let questions = ["what is this?", "which colour?", ""] + (0..<15).map { "is it number \($0)?" }
        for picture in pictures.prefix(2) {
            let answers = try await captioner.answers(questions, about: picture)
            #expect(answers.count == questions.count)
            for (question, answer) in zip(questions, answers) {
                let options = Captioner.GenerationOptions(prompt: "Question: \(question) Answer:")
                #expect(try await captioner.caption(picture, options: options) == answer)
                #expect(try await captioner.answer(question, about: picture) == answer)
            }
            #expect(Set(answers.map(\.text)).count > 1)
        }
    }

    /// A prompt of one image that does not fit is that image's error.
    @Test func aPromptOfOneImageIsItsOwnError() async throws {
        let long = String(repeating: "what is this? ", count: 200)
        let requests = [
            CaptionRequest(image: .file(pictures[0]), prompt: long), CaptionRequest(image: .file(pictures[0])),
        ]
        var outcomes: [CaptionOutcome] = []
        for try await outcome in try await captioner().captions(for: requests) { outcomes.append(outcome) }
        let failure = #expect(throws: CaptionFailure.self) { try outcomes[0].result.get() }
        #expect(failure?.stage == .prompt)
        #expect(failure?.message.contains("the prompt is too long") == true)
        #expect(throws: Never.self) { try outcomes[1].result.get() }
    }

    /// The best of several is the one that is returned alone, and captions come best first.
    @Test func severalCaptionsOfAnImage() async throws {
        let captioner = try await captioner()
        var options = Captioner.GenerationOptions()
        options.numBeams = 4
        let best = try await captioner.caption(pictures[3], options: options)
        options.numReturnSequences = 4
        let all = try await captioner.captionCandidates(for: pictures[3], options: options)
        #expect(all.count == 4)
        #expect(all[0] == best)
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.score >= $1.score })
        #expect(Set(all.map(\.tokenIDs)).count == 4)
    }

    /// What the model thinks of its own captions is what `score` says of their texts.
    @Test(arguments: [nil, "Question: what is this? Answer:"])
    func scoresOfCaptionsAreTheirLogProbabilities(prompt: String?) async throws {
        let captioner = try await captioner()
        var options = Captioner.GenerationOptions(prompt: prompt)
        options.numBeams = 3
        options.numReturnSequences = 3
        options.cleansUpSpaces = false
        for picture in pictures {
            let captions = try await captioner.captionCandidates(for: picture, options: options)
            let scores = try await captioner.logLikelihoods(
                of: captions.map(\.text), for: CaptionRequest(image: .file(picture), prompt: prompt))
            for (caption, score) in zip(captions, scores) {
                #expect(score.tokenIDs == caption.tokenIDs)
                #expect(abs(score.logProbability - caption.logProbability) < 1e-3)
            }
            // Texts beside each other change nothing.
            let alone = try await captioner.logLikelihood(
                of: captions[1].text, for: CaptionRequest(image: .file(picture), prompt: prompt))
            #expect(alone == scores[1])
        }
    }

    @Test func aFittingTextIsMoreProbable() async throws {
        let captioner = try await captioner()
        let right = try await captioner.caption(pictures[0]).text
        let wrong = try await captioner.caption(pictures[2]).text
        let scores = try await captioner.logLikelihoods(of: [right, wrong], for: pictures[0])
        #expect(scores[0].meanLogProbability > scores[1].meanLogProbability + 0.5)
        let open = try await captioner.logLikelihood(of: right, for: pictures[0], includesEnd: false)
        #expect(open.tokenLogProbabilities == Array(scores[0].tokenLogProbabilities.dropLast()))
        let error = await #expect(throws: CaptionFailure.self) {
            try await captioner.logLikelihood(
                of: String(repeating: "a dog ", count: 300), for: pictures[0])
        }
        #expect(error?.message.contains("the text is too long") == true)
    }

    /// Many texts go through the model in groups, and none at all is no work.
    @Test func textsOfAnyNumberAreScored() async throws {
        let captioner = try await captioner()
        let texts = (0..<40).map { Array(repeating: "a dog and", count: $0 % 9).joined(separator: " ") }
        let scores = try await captioner.logLikelihoods(of: texts, for: pictures[0])
        #expect(scores.count == 40)
        for index in [0, 8, 39] {
            #expect(
                try await captioner.logLikelihood(of: texts[index], for: pictures[0]) == scores[index]
            )
        }
        #expect(try await captioner.logLikelihoods(of: [], for: pictures[0]).isEmpty)
        let nothing = try await captioner.logLikelihood(of: "", for: pictures[0], includesEnd: false)
        #expect(nothing.tokenLogProbabilities.isEmpty && nothing.meanLogProbability == 0)
    }

    /// The table says which tokens there are; `vocab_size` may be older or newer than it.
    @Test(arguments: [100, 5000])
    func vocabulariesAreAsLargeAsTheirTable(vocabularySize: Int) async throws {
        let folder = try TemporaryFolder()
        let model = try folder.copy(DemoModel.checkpoint(), as: "model")
        try edit("config.json", in: model) { $0["text_config", "vocab_size"] = vocabularySize }
        try edit("tokenizer.json", in: model) { tokenizer in
            let token: [String: Any] = [
                "id": 2000, "content": "<far>", "special": false, "single_word": false, "lstrip": false,
                "rstrip": false, "normalized": false,
            ]
            tokenizer["added_tokens"] = (tokenizer["added_tokens"] as? [[String: Any]] ?? []) + [token]
            // Only tokens of the vocabulary keep the ids that the file gives them.
            var vocabulary = tokenizer["model", "vocab"] as? [String: Any] ?? [:]
            vocabulary["<far>"] = 2000
            tokenizer["model", "vocab"] = vocabulary
        }
        let captioner = try await Captioner(modelFolder: model, options: Captioner.Options(precision: .float32))
        let answer = try await captioner.caption(pictures[2], options: Captioner.GenerationOptions(prompt: question))
        let plain = try await self.captioner().caption(
            pictures[2], options: Captioner.GenerationOptions(prompt: question))
        #expect(answer.tokenIDs == plain.tokenIDs)
        await #expect(throws: CaptionFailure.self) {
            try await captioner.logLikelihood(of: "a <far> thing", for: pictures[0])
        }
        await #expect(throws: CaptionFailure.self) {
            try await captioner.logLikelihood(of: "a <far>", for: pictures[0], includesEnd: false)
        }
    }

    /// A trace follows one caption.
    @Test func tracesOfSeveralCaptionsAreRefused() async throws {
        var options = Captioner.GenerationOptions()
        options.doSample = true
        options.numReturnSequences = 2
        let captioner = try await captioner()
        await #expect(throws: CaptionerError.self) {
            try await captioner.trace(.file(pictures[0]), options: options)
        }
    }

    /// transformers 4 holds a caption to both lengths, transformers 5 to `min_new_tokens` alone.
    @Test func shortestLengthsOfTwoKinds() async throws {
        let captioner = try await captioner()
        var options = Captioner.GenerationOptions(maxNewTokens: 20, minNewTokens: 2)
        options.minLength = 15
        #expect(try await captioner.caption(pictures[0], options: options).tokenIDs.count > 15)
        options.transformersVersion = .v5
        #expect(try await captioner.caption(pictures[0], options: options).tokenIDs.count < 12)
    }

    /// The pieces of a stream are the caption.
    @Test(arguments: [nil, "Question: what is this? Answer:"])
    func streamsWriteTheCaption(prompt: String?) async throws {
        let captioner = try await captioner()
        let options = Captioner.GenerationOptions(prompt: prompt)
        for picture in pictures {
            let expected = try await captioner.caption(picture, options: options)
            let found = try await StreamContent(captioner.captionUpdates(for: picture, options: options))
            #expect(found.finished == [expected])
            #expect(found.tokens == expected.tokenIDs)
            #expect(found.text.trimmingCharacters(in: .whitespacesAndNewlines) == expected.text)
        }
    }

    /// The model stops with the reader, whether that is cancelled or loses interest.
    @Test(arguments: [true, false])
    func streamsStopWithTheirReader(cancels: Bool) async throws {
        let captioner = try await captioner()
        let picture = pictures[0]
        let written = Locked(0)
        let stopped = DispatchSemaphore(value: 0)
        let task = Task {
            let endless = Captioner.GenerationOptions(maxNewTokens: 180, minNewTokens: 180)
            let stream = captioner.captionUpdates(for: picture, options: endless) { _ in
                // The third token is the last that the model may write: it waits there until the reader is gone.
                if written.withLock({
                    $0 += 1; return $0
                }) == 3 {
                    Watchdog.guarding { stopped.wait() }
                }
            }
            var read = 0
            for try await _ in stream {
                read += 1
                if read == 3 {
                    if !cancels { break }
                    withUnsafeCurrentTask { $0?.cancel() }
                }
            }
        }
        try await task.value
        stopped.signal()
        // The engine takes one task at a time: when this is done, the stream's is as well.
        #expect(try await !captioner.caption(picture).text.isEmpty)
        #expect(written.withLock { $0 } == 3)
    }

    @Test func streamsTellOfBadImagesAndOptions() async throws {
        let captioner = try await captioner()
        await #expect(throws: CaptionFailure.self) {
            for try await _ in captioner.captionUpdates(for: URL(fileURLWithPath: "/no/such.jpg")) {}
        }
        var options = Captioner.GenerationOptions()
        options.numBeams = 2
        await #expect(throws: CaptionerError.self) {
            for try await _ in captioner.captionUpdates(for: pictures[0], options: options) {}
        }
    }

    /// Versions of transformers differ in what a text holds; each part has its switch.
    @Test func promptsAreEchoedWhereAskedFor() async throws {
        let captioner = try await captioner()
        var options = Captioner.GenerationOptions(prompt: question)
        let plain = try await captioner.caption(pictures[0], options: options)
        options.echoesPrompt = true
        let echoed = try await captioner.caption(pictures[0], options: options)
        #expect(echoed.text == "\(question) \(plain.text)")
        #expect(echoed.tokenIDs == plain.tokenIDs)
        options.echoesPrompt = nil
        options.transformersVersion = .v5
        #expect(try await captioner.caption(pictures[0], options: options).text == echoed.text)
        options.echoesPrompt = false
        #expect(try await captioner.caption(pictures[0], options: options).text == plain.text)
    }

    /// The demo model never writes a space before punctuation, but a prompt may have one.
    @Test func spacesAreCleanedUpUnlessTheFilesOrOptionsSayNo() async throws {
        let folder = try TemporaryFolder()
        let model = try folder.copy(DemoModel.checkpoint(), as: "model")
        var options = Captioner.GenerationOptions(prompt: "a dog 's ball ,")
        options.echoesPrompt = true
        func text(_ options: Captioner.GenerationOptions) async throws -> String {
            try await Captioner(modelFolder: model).caption(pictures[0], options: options).text
        }
        let key = "clean_up_tokenization_spaces"
        try edit("tokenizer_config.json", in: model) { $0[key] = nil }
        #expect(try await text(options).hasPrefix("a dog's ball,"))
        try edit("tokenizer_config.json", in: model) { $0[key] = false }
        #expect(try await text(options).hasPrefix("a dog 's ball ,"))
        options.cleansUpSpaces = true
        #expect(try await text(options).hasPrefix("a dog's ball,"))
        options.cleansUpSpaces = nil
        options.transformersVersion = .v5
        #expect(try await text(options).hasPrefix("a dog 's ball ,"))
    }

    @Test func optionsOutOfRangeAreNamed() async throws {
        let captioner = try await captioner()
        let changes: [(String, (inout Captioner.GenerationOptions) -> Void)] = [
            ("temperature", { $0.temperature = 0 }), ("temperature", { $0.temperature = .nan }),
            ("topK", { $0.topK = -1 }), ("topP", { $0.topP = 1.5 }), ("minP", { $0.minP = -0.1 }),
            ("repetitionPenalty", { $0.repetitionPenalty = 0 }), ("noRepeatNGramSize", { $0.noRepeatNGramSize = -1 }),
            ("minLength", { $0.minLength = -1 }), ("numBeams", { $0.numBeams = 0 }),
            ("lengthPenalty", { $0.lengthPenalty = .infinity }), ("numReturnSequences", { $0.numReturnSequences = 0 }),
            ("numReturnSequences", { $0.numReturnSequences = 2 }), ("bad word", { $0.badWords = [""] }),
            (
                "numReturnSequences",
                {
                    $0.numBeams = 2
                    $0.numReturnSequences = 3
                }
            ),
        ]
        for (name, change) in changes {
            var options = Captioner.GenerationOptions()
            change(&options)
            let error = #expect(throws: CaptionerError.self) { try captioner.check(options) }
            #expect("\(error.map { "\($0)" } ?? "")".contains(name))
        }
    }
}
