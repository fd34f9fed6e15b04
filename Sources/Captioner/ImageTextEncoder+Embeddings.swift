import CaptionerFiles
import CaptionerImageProcessing
import CaptionerTokenization

extension ImageTextEncoder {
    /// The embedding of an image.
    ///
    /// ```swift
    /// let embedding = try await encoder.embedding(of: URL(filePath: "beach.jpg"))
    /// ```
    /// - Parameter image: as for ``Captioner/caption(_:options:)-(CaptionRequestConvertible,_)``. A prompt does not count.
    /// - Returns: P numbers of length 1, together.
    /// - Throws: `CaptionFailure` for a bad image; `CancellationError` when the task was cancelled.
    public func embedding(of image: some CaptionRequestConvertible) async throws -> [Float] {
        try await embeddings(of: [image.captionRequest.image])[0].get()
    }

    /// The embedding of an image that is written as a literal, `embedding(of: .file(url))`; else as of any image.
    public func embedding(of image: ImageSource) async throws -> [Float] {
        try await embedding(of: image.captionRequest)
    }

    /// The embeddings of images, in their order.
    /// - Returns: for each image P numbers of length 1, together, or why there are none.
    /// - Throws: `CancellationError` when the task was cancelled.
    public func embeddings(
        of images: some Sequence<some CaptionRequestConvertible>
    ) async throws -> [Result<[Float], CaptionFailure>] {
        try await embeddings(of: images.map(\.captionRequest.image))
    }

    /// The embeddings of images that are written as literals, `[.file(url), .data(data)]`; else as of any images.
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

    /// The embedding of a text.
    /// - Returns: P numbers of length 1, together.
    /// - Throws: `TextFailure` as ``tokenIDs(_:)``; `CancellationError` when the task was cancelled.
    public func embedding(of text: String) async throws -> [Float] { try await embeddings(of: [text])[0] }

    /// The embeddings of texts, in their order. Of a long text the first part counts: the tokens that the model has
    /// positions for.
    /// - Returns: for each text P numbers of length 1, together.
    /// - Throws: `TextFailure` as ``tokenIDs(_:)``, for the first text without tokens; `CancellationError` when the task was
    ///   cancelled.
    public func embeddings(of texts: [String]) async throws -> [[Float]] {
        try await engine.embeddings(texts: texts.map(tokenIDs)).map(\.normalized)
    }

    /// How well a text fits an image: the cosine of the angle between their embeddings, from -1 to 1. For pairs that
    /// fit it is 0.2 to 0.4 with most models; those of different models cannot be compared.
    ///
    /// ```swift
    /// let similarity = try await encoder.similarity(of: "a dog on a beach", to: url)
    /// ```
    /// - Throws: `CaptionFailure` for a bad image; `TextFailure` as ``tokenIDs(_:)``; `CancellationError` when the task was
    ///   cancelled.
    public func similarity(of text: String, to image: some CaptionRequestConvertible) async throws -> Float {
        try await similarities(of: [text], to: image)[0]
    }

    /// The similarity to an image that is written as a literal, `to: .file(url)`; else as to any image.
    public func similarity(of text: String, to image: ImageSource) async throws -> Float {
        try await similarity(of: text, to: image.captionRequest)
    }

    /// How well each of some texts fits an image, as ``similarity(of:to:)-(_,CaptionRequestConvertible)``. The image is
    /// embedded once.
    /// - Throws: `CaptionFailure` for a bad image; `TextFailure` as ``tokenIDs(_:)``; `CancellationError` when the task was
    ///   cancelled.
    public func similarities(
        of texts: [String], to image: some CaptionRequestConvertible
    ) async throws -> [Float] {
        let embedding = try await embedding(of: image)
        return try await embeddings(of: texts).map { $0.dotProduct(embedding) }
    }

    /// The similarities to an image that is written as a literal, `to: .file(url)`; else as to any image.
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
