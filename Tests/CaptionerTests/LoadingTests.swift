import CaptionerDemoModel
import CaptionerTensorCore
import Foundation
import TestSupport
import Testing

@testable import Captioner

/// Loading and packing: how far they are, and that they can be stopped.
@Suite(.timeLimit(.minutes(5)))
struct LoadingTests {
    @Test func loadingSaysHowFarItIs() async throws {
        let shares = Locked<[Double]>([])
        _ = try await Captioner(modelFolder: DemoModel.checkpoint()) { share in shares.withLock { $0.append(share) } }
        let seen = shares.withLock { $0 }
        #expect(seen.count > 10)
        #expect(seen == seen.sorted())
        #expect(seen.first ?? 1 < 0.5)
        #expect(seen.last == 1 && seen.dropLast().allSatisfy { $0 < 1 })
    }

    @Test func loadingStopsWhenItsTaskIsCancelled() async throws {
        let shares = Locked<[Double]>([])
        let task = Task {
            try await Captioner(modelFolder: DemoModel.checkpoint()) { share in
                shares.withLock { $0.append(share) }
                withUnsafeCurrentTask { $0?.cancel() }
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        // No tensor was read after that.
        #expect(shares.withLock { $0.count } == 1)
        let other = Task { try await ImageTextEncoder(modelFolder: DemoModel.encoder()) }
        other.cancel()
        await #expect(throws: CancellationError.self) { try await other.value }
    }

    @Test func packingStopsAndLeavesNothing() async throws {
        let folder = try TemporaryFolder()
        let target = folder.url.appending(path: "packed")
        let task = Task {
            try await Captioner.pack(modelFolder: DemoModel.checkpoint(), to: target, precision: .int8) { _ in
                withUnsafeCurrentTask { $0?.cancel() }
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
        let late = Task { try await Captioner.pack(modelFolder: DemoModel.checkpoint(), to: target, precision: .int8) }
        late.cancel()
        await #expect(throws: CancellationError.self) { try await late.value }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).isEmpty)
    }

    @Test func namesThatNoCacheHasAreErrors() async throws {
        let error = await #expect(throws: CaptionerError.self) {
            try await Captioner(modelNamed: "nobody/no-such-model")
        }
        #expect(error?.code == .unusableModel)
        #expect(error?.path == "nobody/no-such-model")
        #expect(error?.description.contains("hf download nobody/no-such-model") == true)
        let odd = await #expect(throws: CaptionerError.self) { try await ImageTextEncoder(modelNamed: "../../etc") }
        #expect(odd?.description == "cannot load the model in ../../etc: a downloaded model is named ORGANISATION/NAME")
    }

    @Test func prewarmingChangesNothing() async throws {
        let captioner = try await Captioner(modelFolder: DemoModel.checkpoint())
        try await captioner.prewarm()
        let picture = Fixtures.pictures.appending(path: "easy-vqa-000.png")
        let other = try await Captioner(modelFolder: DemoModel.checkpoint())
        #expect(try await captioner.caption(picture) == other.caption(picture))
    }
}
