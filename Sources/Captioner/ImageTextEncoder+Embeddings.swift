import CaptionerFiles
import CaptionerImageProcessing
import CaptionerTokenization

extension ImageTextEncoder {
    /// The embedding of an image.
    ///
    /// ```swift
    /// let embedding = try await encoder.embedding(of: URL(filePath: "beach.jpg"))
    /// ```
    /// - Parameter image: as for ``Captioner/caption(_:options:)-(CaptionRequestConvertible,_)``. A prompt is ignored.
    /// - Returns: ``embeddingWidth`` numbers, normalized to length 1.
    /// - Throws: `CaptionFailure` for a bad image; `CancellationError` when the task was cancelled.
    public func embedding(of image: some CaptionRequestConvertible) async throws -> [Float] {
        try await embeddings(of: [image.captionRequest.image])[0].get()
    }

    /// The embedding of an ``ImageSource``, so that its cases can be written as literals: `embedding(of: .file(url))`.
    public func embedding(of image: ImageSource) async throws -> [Float] {
        try await embedding(of: image.captionRequest)
    }

    /// The embeddings of images, in their order.
    /// - Returns: for each image ``embeddingWidth`` numbers, normalized to length 1, or the reason why there are none.
    /// - Throws: `CancellationError` when the task was cancelled.
    public func embeddings(
        of images: some Sequence<some CaptionRequestConvertible>
    ) async throws -> [Result<[Float], CaptionFailure>] {
        try await embeddings(of: images.map(\.captionRequest.image))
    }

    /// The embeddings of an array of ``ImageSource``, so that it can be written as a literal: `[.file(url), .data(data)]`.
    public func embeddings(of images: [ImageSource]) async throws -> [Result<[Float], CaptionFailure>] {
        var results: [Result<[Float], CaptionFailure>] = []
        for start in stride(from: 0, to: images.count, by: options.batchSize) {
            let batch = images[start..<min(start + options.batchSize, images.count)]
            let prepared = try await concurrentMap(Array(batch), atOnce: options.threadCount) { image in
                Result { () throws(CaptionFailure) in try self.pixelValues(image).values }
            }
            var embeddings = ArraySlice(try await engine.embeddings(pixels: prepared.compactMap { try? $0.get() }))
            results += prepared.map { $0.map { _ in embeddings.removeFirst().normalized } }
        }
        return results
    }

    /// The embedding of a text. A text with more tokens than the model takes is truncated.
    /// - Returns: ``embeddingWidth`` numbers, normalized to length 1.
    /// - Throws: `TextFailure` as ``tokenIDs(_:)``; `CancellationError` when the task was cancelled.
    public func embedding(of text: String) async throws -> [Float] { try await embeddings(of: [text])[0] }

    /// The embeddings of texts, in their order. A text with more tokens than the model takes is truncated.
    /// - Returns: for each text ``embeddingWidth`` numbers, normalized to length 1.
    /// - Throws: `TextFailure` as ``tokenIDs(_:)``, for the first text that cannot be tokenized; `CancellationError` when the task was
    ///   cancelled.
    public func embeddings(of texts: [String]) async throws -> [[Float]] {
        try await engine.embeddings(texts: texts.map(tokenIDs)).map(\.normalized)
    }

    /// The cosine similarity of a text and an image, from -1 to 1. With most models it is 0.2 to 0.4 for pairs that fit.
    /// Similarities of different models cannot be compared.
    ///
    /// ```swift
    /// let similarity = try await encoder.similarity(of: "a dog on a beach", to: url)
    /// ```
    /// - Throws: `CaptionFailure` for a bad image; `TextFailure` as ``tokenIDs(_:)``; `CancellationError` when the task was
    ///   cancelled.
    public func similarity(of text: String, to image: some CaptionRequestConvertible) async throws -> Float {
        try await similarities(of: [text], to: image)[0]
    }

    /// The cosine similarity of a text and an ``ImageSource``, so that its cases can be written as literals:
    /// `to: .file(url)`.
    public func similarity(of text: String, to image: ImageSource) async throws -> Float {
        try await similarity(of: text, to: image.captionRequest)
    }

    /// The cosine similarity of each of several texts and an image, as
    /// ``similarity(of:to:)-(_,CaptionRequestConvertible)``. The image is embedded once.
    /// - Throws: `CaptionFailure` for a bad image; `TextFailure` as ``tokenIDs(_:)``; `CancellationError` when the task was
    ///   cancelled.
    public func similarities(
        of texts: [String], to image: some CaptionRequestConvertible
    ) async throws -> [Float] {
        let embedding = try await embedding(of: image)
        return try await embeddings(of: texts).map { $0.dotProduct(embedding) }
    }

    /// The cosine similarities of texts and an ``ImageSource``, so that its cases can be written as literals:
    /// `to: .file(url)`.
    public func similarities(of texts: [String], to image: ImageSource) async throws -> [Float] {
        try await similarities(of: texts, to: image.captionRequest)
    }

    /// `[3, S, S]`, and what there is to say of the file.
    func pixelValues(_ image: ImageSource) throws(CaptionFailure) -> (values: [Float], note: String?) {
        do {
            let decoded = try image.decoded(by: decoder)
            return (processor(decoded), decoded.note)
        } catch {
            throw CaptionFailure(error, path: image.path)
        }
    }
}

extension ImageSource {
    /// - Throws: `ImageError`.
    func decoded(by decoder: ImageDecoder) throws(ImageError) -> RGBImage {
        switch self {
        case .file(let url): try decoder.decode(contentsOf: url)
        case .data(let data): try decoder.decode(data)
        case .pixels(let image): image
        }
    }
}

extension [Float] {
    /// Divided by its length, as transformers and open_clip do.
    var normalized: [Float] {
        let length = dotProduct(self).squareRoot()
        return length > 0 ? map { $0 / length } : self
    }

    /// Sums are in double precision, one after the other: the same on every machine.
    func dotProduct(_ other: [Float]) -> Float {
        Float(zip(self, other).reduce(0.0) { $0 + Double($1.0) * Double($1.1) })
    }
}
