import CaptionerDemoModel
import Foundation
import TestSupport
import Testing

@testable import Captioner

/// Calls of many tasks at the same time.
@Suite(.timeLimit(.minutes(20)))
struct SharedBatchesTests {
    private let pictures = (0..<10).map {
        Fixtures.pictures.appending(path: "easy-vqa-00\($0).png")
    }

    @Test func tasksGetTheCaptionsThatTheyWouldGetAlone() async throws {
        let captioner = try await Captioner(
            modelFolder: DemoModel.checkpoint(), options: Captioner.Options(batchSize: 4, precision: .float32))
        let options = [Captioner.GenerationOptions(), .beams(3), .sampling(seed: 5)]
        var alone: [[Caption]] = []
        for options in options {
            var captions: [Caption] = []
            for picture in pictures { captions.append(try await captioner.caption(picture, options: options)) }
            alone.append(captions)
        }
        try await withThrowingTaskGroup(of: (Int, Int, Caption).self) { group in
            for (kind, options) in options.enumerated() {
                for (index, picture) in pictures.enumerated() {
                    group.addTask { (kind, index, try await captioner.caption(picture, options: options)) }
                }
            }
            for try await (kind, index, caption) in group { #expect(caption == alone[kind][index]) }
        }
    }

    /// While one image is captioned, others gather, and go through the model together.
    @Test func waitingRequestsShareABatch() async throws {
        let captioner = try await Captioner(
            modelFolder: DemoModel.checkpoint(), options: Captioner.Options(batchSize: 8, precision: .float32))
        let batches = captioner.sharedBatches
        let plan = try captioner.plan(Captioner.GenerationOptions())
        let requests = pictures.prefix(9).map { $0.captionRequest }
        let images = try await captioner.prepare(requests, prompt: plan.prompt).map { try $0.get() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for image in images {
                group.addTask { _ = try await batches.captions(of: image, plan: plan, by: captioner) }
            }
            try await group.waitForAll()
        }
        // The first may be alone; nine do not fit into one batch.
        #expect(await (2...5).contains(batches.joinCount))
    }

    /// A short caption does not wait for the end of a long one that began before it, and neither changes the other.
    @Test func requestsJoinBetweenSteps() async throws {
        let captioner = try await Captioner(
            modelFolder: DemoModel.checkpoint(), options: Captioner.Options(batchSize: 4, precision: .float32))
        var endless = Captioner.GenerationOptions(maxNewTokens: 150)
        endless.minNewTokens = 150
        let alone = try await captioner.caption(pictures[0], options: endless)
        let expected = try await captioner.caption(pictures[1])
        let before = await captioner.sharedBatches.joinCount
        var tokens = 0
        var tokensAtJoin: Int?
        for try await update in captioner.captionUpdates(for: pictures[0], options: endless) {
            switch update {
            case .text(_, let token?):
                tokens += 1
                #expect(token == alone.tokenIDs[tokens - 1])
                // The stream may be ahead of its reader; the model is not at its end while it computes the short one.
                if tokens == 1 {
                    #expect(try await captioner.caption(pictures[1]) == expected)
                    tokensAtJoin = await captioner.sharedBatches.timings.newTokens
                }
            case .text: break
            case .finished(let caption): #expect(caption == alone)
            }
        }
        #expect(tokens == 150)
        let all = await captioner.sharedBatches.timings.newTokens
        #expect(await captioner.sharedBatches.joinCount == before + 2)
        #expect(try #require(tokensAtJoin) < all)
    }

    /// Where none may join, a short caption waits for the end of the long one, and is the same.
    @Test func requestsCanBeKeptFromJoining() async throws {
        let captioner = try await Captioner(
            modelFolder: DemoModel.checkpoint(), options: Captioner.Options(batchSize: 4, precision: .float32))
        await captioner.join(every: nil)
        var endless = Captioner.GenerationOptions(maxNewTokens: 150)
        endless.minNewTokens = 150
        let expected = try await captioner.caption(pictures[1])
        let before = await captioner.sharedBatches.timings.newTokens
        var tokens = 0
        for try await case .text(_, _?) in captioner.captionUpdates(for: pictures[0], options: endless) {
            tokens += 1
            guard tokens == 1 else { continue }
            #expect(try await captioner.caption(pictures[1]) == expected)
            let all = await captioner.sharedBatches.timings.newTokens - before
            #expect(all >= 150)
        }
        #expect(tokens == 150)
    }

    /// Texts of one step may have any options.
    @Test func optionsDifferInOneBatch() async throws {
        let captioner = try await Captioner(
            modelFolder: DemoModel.checkpoint(), options: Captioner.Options(batchSize: 10, precision: .float32))
        func options(_ index: Int) -> Captioner.GenerationOptions {
            var options: Captioner.GenerationOptions =
                index % 3 == 0 ? .beams(2 + index) : .sampling(seed: UInt64(index))
            options.minNewTokens = index
            if index % 2 == 1 { options.prompt = "a picture of" }
            if index % 3 != 0 { options.numReturnSequences = 1 + index % 4 }
            return options
        }
        var alone: [[Caption]] = []
        for (index, picture) in pictures.enumerated() {
            alone.append(try await captioner.captionCandidates(for: picture, options: options(index)))
        }
        let before = await captioner.sharedBatches.joinCount
        let together = try await withThrowingTaskGroup(of: (Int, [Caption]).self) { group in
            for (index, picture) in pictures.enumerated() {
                group.addTask { (index, try await captioner.captionCandidates(for: picture, options: options(index))) }
            }
            return try await group.reduce(into: [Int: [Caption]]()) { $0[$1.0] = $1.1 }
        }
        for (index, captions) in alone.enumerated() { #expect(together[index] == captions) }
        #expect(await captioner.sharedBatches.joinCount < before + pictures.count)
    }

    /// Hundreds of calls at once do not decode hundreds of images.
    @Test func fewImagesOfManyCallsAreDecoded() async throws {
        let captioner = try await Captioner(
            modelFolder: DemoModel.checkpoint(), options: Captioner.Options(batchSize: 2))
        let expected = try await captioner.caption(pictures[0])
        let captions = try await withThrowingTaskGroup(of: Caption.self) { group in
            for _ in 0..<200 { group.addTask { try await captioner.caption(pictures[0]) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(captions == [Caption](repeating: expected, count: 200))
        #expect(await captioner.admission.peak == 8)
    }

    /// A call that is cancelled before its turn neither takes a place nor keeps one.
    @Test func cancelledCallsGiveTheirPlacesBack() async throws {
        let admission = Admission(limit: 1)
        let (inside, release) = (AsyncStream.makeStream(of: Void.self), AsyncStream.makeStream(of: Void.self))
        let first = Task {
            try await admission {
                inside.continuation.finish()
                for await _ in release.stream {}
            }
        }
        for await _ in inside.stream {}
        let others = (0..<20).map { _ in Task { try await admission { true } } }
        for other in others.dropLast() { other.cancel() }
        for other in others.dropLast() { await #expect(throws: CancellationError.self) { try await other.value } }
        release.continuation.finish()
        try await first.value
        #expect(try await others[19].value)
        #expect(try await admission { true })
        #expect(await admission.peak == 1)
    }

    @Test func badImagesAndOptionsAreTheirCallersAlone() async throws {
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        let expected = try await captioner.caption(pictures[0])
        async let first = captioner.caption(pictures[0])
        async let bad = captioner.caption(Data("no image".utf8))
        async let wrong = captioner.caption(pictures[1], options: .beams(0))
        async let last = captioner.caption(pictures[0])
        do {
            _ = try await bad
            Issue.record("bytes that are no image have a caption")
        } catch { #expect((error as? CaptionFailure)?.stage == .decode) }
        do {
            _ = try await wrong
            Issue.record("no beams have a caption")
        } catch { #expect((error as? CaptionerError)?.option == "numBeams") }
        let captions = try await [first, last]
        #expect(captions == [expected, expected])
    }

    @Test func aCancelledCallLeavesTheOthers() async throws {
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        let expected = try await captioner.caption(pictures[0])
        var endless = Captioner.GenerationOptions(maxNewTokens: 150)
        endless.minNewTokens = 150
        let pictures = pictures
        let long = Task { [endless] in try await captioner.caption(pictures[0], options: endless) }
        let cancelled = Task { try await captioner.caption(pictures[1]) }
        let kept = Task { try await captioner.caption(pictures[0]) }
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        #expect(try await kept.value == expected)
        long.cancel()
        // It may have been done by then.
        do { _ = try await long.value } catch { #expect(error is CancellationError) }
        #expect(try await captioner.caption(pictures[0]) == expected)
    }
}
