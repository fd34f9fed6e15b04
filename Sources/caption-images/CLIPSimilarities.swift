import Captioner
import CaptionerDataSets
import CaptionerFiles
import CaptionerImageProcessing
import CaptionerRecaption

/// What operators of a configuration ask about images and texts, answered by CLIP models.
///
/// A model is loaded when it is first asked for, and one at a time is kept.
actor CLIPSimilarities: SimilarityProvider {
    private let clip: CLIPOptions
    private let options: Captioner.Options
    private var loaded: (model: GivenPath, encoder: ImageTextEncoder)?

    /// - Parameters:
    ///   - clip: names the model that answers in place of those that operators name, if it names one.
    ///   - options: threads, kernels, and the reading of images.
    ///   - models: those that will be asked, by the names that operators give them.
    /// - Throws: `CaptionerError.unusableModel` for one that is not there, before anything is written.
    init(_ clip: CLIPOptions, _ options: Captioner.Options, for models: [String]) throws {
        for name in models { _ = try modelFolder(clip.clip ?? GivenPath(name)) }
        self.clip = clip
        self.options = options
    }

    func similarities(
        _ questions: [SimilarityQuestion], model: String
    ) async throws -> [Result<[Float], ItemFailure>] {
        guard !questions.isEmpty else { return [] }
        let encoder = try await encoder(model)
        let texts = try await encoder.embeddings(of: questions.map(\.text))
        var images = try await embeddings(
            of: questions.flatMap { question in
                question.images.map { ($0, question.flipsHorizontally, question.flipsVertically) }
            }, by: encoder)[...]
        return zip(questions, texts).map { question, text in
            let own = images.prefix(question.images.count)
            images = images.dropFirst(own.count)
            return Result { () throws(ItemFailure) in
                var similarities: [Float] = []
                for image in own {
                    similarities.append(encoder.similarity(of: try image.get(), text) * encoder.logitScale / 100)
                }
                return similarities
            }
        }
    }

    func similarities(
        ofPairs pairs: [(any PictureSource, any PictureSource)], model: String
    ) async throws -> [Result<Float, ItemFailure>] {
        guard !pairs.isEmpty else { return [] }
        let encoder = try await encoder(model)
        let images = try await embeddings(
            of: pairs.flatMap { [($0.0, false, false), ($0.1, false, false)] }, by: encoder)
        return pairs.indices.map { index in
            Result { () throws(ItemFailure) in
                encoder.similarity(of: try images[2 * index].get(), try images[2 * index + 1].get())
            }
        }
    }

    private func encoder(_ name: String) async throws -> ImageTextEncoder {
        let model = clip.clip ?? GivenPath(name)
        if let loaded, loaded.model == model { return loaded.encoder }
        loaded = nil
        var clip = clip
        clip.clip = model
        let encoder = try await clip.encoder(options, beside: nil)
        loaded = (model, encoder)
        return encoder
    }

    /// Embeddings of length 1, a batch at a time, so that few images are in memory.
    private func embeddings(
        of pictures: [(source: any PictureSource, horizontally: Bool, vertically: Bool)], by encoder: ImageTextEncoder
    ) async throws -> [Result<[Float], ItemFailure>] {
        let decoder = ImageDecoder(orientation: options.orientation)
        var results: [Result<[Float], ItemFailure>] = []
        for start in stride(from: 0, to: pictures.count, by: options.batchSize) {
            let batch = pictures[start..<min(start + options.batchSize, pictures.count)].map { picture in
                Result<ImageSource, ItemFailure> { () throws(ItemFailure) in
                    let bytes = try picture.source.bytes()
                    guard picture.horizontally || picture.vertically else { return .data(bytes) }
                    do {
                        let image = try decoder.decode(bytes)
                        return .pixels(
                            image.mirrored(horizontally: picture.horizontally, vertically: picture.vertically))
                    } catch {
                        throw ItemFailure(stage: .decode, message: "\(error)", path: picture.source.file?.escaped)
                    }
                }
            }
            var embedded = try await encoder.embeddings(of: batch.compactMap { try? $0.get() })[...]
            results += batch.map { image in
                image.flatMap { _ in
                    embedded.removeFirst().mapError(ItemFailure.init)
                }
            }
        }
        return results
    }
}
