import CaptionerFiles
import CaptionerImageProcessing

extension ImageTextEncoder {
    /// Embeds the images of requests, each of which is decoded once for the encoder and the captioner.
    ///
    /// - Parameter captioner: the captioner of the images, if there is one.
    /// - Returns: for each request the embedding, P numbers of length 1, and the request with what the captioner makes of
    ///   its image; or why there is none.
    /// - Throws: `CancellationError` when the task was cancelled.
    package func embeddings(
        of requests: [CaptionRequest], processedFor captioner: Captioner?
    ) async throws -> [Result<EmbeddedRequest, CaptionFailure>] {
        var results: [Result<EmbeddedRequest, CaptionFailure>] = []
        for start in stride(from: 0, to: requests.count, by: options.batchSize) {
            let batch = Array(requests[start..<min(start + options.batchSize, requests.count)])
            // Of very many at once, as one sample may have, most are decoded again when they are captioned.
            let captioner = start < Self.keptImageCount ? captioner : nil
            let prepared = try await concurrentMap(batch, atOnce: options.threadCount) { request in
                Result { () throws(CaptionFailure) in try self.prepared(request, for: captioner) }
            }
            var embeddings = ArraySlice(
                try await engine.embeddings(pixels: prepared.compactMap { try? $0.get().pixels }))
            results += prepared.map { result in
                result.map {
                    EmbeddedRequest(
                        embedding: embeddings.removeFirst().normalized, request: $0.request, note: $0.note)
                }
            }
        }
        return results
    }

    /// What the model takes of an image, `[3, S, S]`.
    /// - Throws: `CaptionFailure` for a bad image.
    package func pixels(_ image: ImageSource) throws(CaptionFailure) -> [Float] { try pixelValues(image).values }

    /// The embeddings of prepared images, not normalised: the model alone.
    /// - Parameter pixels: `[3, S, S]` of each.
    /// - Throws: `CancellationError` when the task was cancelled.
    package func embeddings(pixels: [[Float]]) async throws -> [[Float]] {
        try await engine.embeddings(pixels: pixels)
    }

    /// Larger images are not kept until they are captioned, only what the captioner makes of them.
    private static let keptPixelCount = 1 << 22
    /// At most this many images are kept for the captioner.
    private static let keptImageCount = 64

    private func prepared(
        _ request: CaptionRequest, for captioner: Captioner?
    ) throws(CaptionFailure) -> (pixels: [Float], request: CaptionRequest, note: String?) {
        do {
            let image = try request.image.decoded(by: decoder)
            var request = request
            if image.width * image.height <= Self.keptPixelCount {
                // Whether it will be captioned is not known yet, so it is not processed for the captioner here.
                if captioner != nil { request.image = .pixels(image) }
            } else {
                request.processed = captioner?.processed(image)
            }
            return (processor(image), request, image.note)
        } catch {
            throw CaptionFailure(error, path: request.image.path)
        }
    }

    /// The cosine of two embeddings of length 1.
    package func similarity(of first: [Float], _ second: [Float]) -> Float { first.dotProduct(second) }

    /// How well an image and texts fit.
    /// - Parameters:
    ///   - pairs: an embedding of an image, of length 1, and a text.
    /// - Returns: the cosine of each pair.
    /// - Throws: `CancellationError` when the task was cancelled.
    package func similarities(_ pairs: [(embedding: [Float], text: String)]) async throws -> [Float] {
        let texts = try await embeddings(of: pairs.map(\.text))
        return zip(pairs, texts).map { $0.embedding.dotProduct($1) }
    }
}

/// A request whose image is embedded.
package struct EmbeddedRequest: Sendable {
    /// P numbers of length 1, together.
    package let embedding: [Float]
    package let request: CaptionRequest
    /// What was wrong with the file although it could be read.
    package let note: String?
}
