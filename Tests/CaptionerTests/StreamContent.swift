import Captioner
import Testing

/// All that a stream of updates brought. The finished caption comes last.
struct StreamContent {
    private(set) var text = ""
    private(set) var tokens: [Int] = []
    private(set) var finished: [Caption] = []

    init(_ stream: AsyncThrowingStream<CaptionUpdate, any Error>) async throws {
        for try await update in stream {
            #expect(finished.isEmpty)
            switch update {
            case .text(let piece, let token):
                text += piece
                tokens += token.map { [$0] } ?? []
            case .finished(let caption): finished.append(caption)
            }
        }
    }
}
