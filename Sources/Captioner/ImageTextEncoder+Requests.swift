import CaptionerFiles
import CaptionerImageProcessing

extension ImageTextEncoder {
    /// What images and texts are compared for.
    package enum Purpose: Sendable {
        /// The cosine of their embeddings.
        case similarity
        /// The probability that they match.
        case matching
    }

    /// Embeds the images of requests, each of which is decoded once for the encoder and the captioner.
    ///
    /// - Parameters:
    ///   - purpose: for matching, the rows of an image take the place of its embedding.
    ///   - captioner: the captioner of the images, if there is one.
    /// - Returns: for each request the embedding, P numbers of length 1, and the request with what the captioner makes of
    ///   its image; or why there is none.
    /// - Throws: `CancellationError` when the task was cancelled.
    package func embeddings(
        of requests: [CaptionRequest], for purpose: Purpose, processedFor captioner: Captioner?
    ) async throws -> [Result<EmbeddedRequest, CaptionFailure>] {
        var results: [Result<EmbeddedRequest, CaptionFailure>] = []
        for start in stride(from: 0, to: requests.count, by: options.batchSize) {
            let batch = Array(requests[start..<min(start + options.batchSize, requests.count)])
            // Of very many at once, as one sample may have, most are decoded again when they are captioned.
            let captioner = start < Self.keptImageCount ? captioner : nil
            let prepared = try await concurrentMap(batch, atOnce: options.threadCount) { request in
                Result { () throws(CaptionFailure) in try self.prepared(request, for: captioner) }
            }
            let pixels = prepared.compactMap { try? $0.get().pixels }
            var embeddings =
                switch purpose {
                case .similarity: try await engine.embeddings(pixels: pixels).map(\.normalized)[...]
                case .matching: try await engine.imageRows(pixels: pixels)[...]
                }
            results += prepared.map { result in
                result.map {
                    EmbeddedRequest(embedding: embeddings.removeFirst(), request: $0.request, note: $0.note)
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
        guard request.furtherImages.isEmpty else {
            throw CaptionFailure(
                stage: .prompt,
                message: "there are \(request.furtherImages.count + 1) images, and a text is compared with one",
                path: request.image.path)
        }
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
    ///   - pairs: what `embeddings(of:for:processedFor:)` made of an image, and a text.
    ///   - purpose: the same as there.
    /// - Returns: the cosine of each pair, or the probability that they match.
    /// - Throws: `TextFailure` as ``tokenIDs(_:)``; `CancellationError` when the task was cancelled.
    package func scores(
        _ pairs: [(embedding: [Float], text: String)], for purpose: Purpose
    ) async throws -> [Float] {
        switch purpose {
        case .similarity:
            let texts = try await embeddings(of: pairs.map(\.text))
            return zip(pairs, texts).map { $0.embedding.dotProduct($1) }
        case .matching:
            var result: [Float] = []
            for pair in pairs {
                let logits = try await engine.matchLogits(image: pair.embedding, texts: [tokenIDs(pair.text)])
                result += logits.map(Self.matchProbability)
            }
            return result
        }
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
