import Captioner
import CaptionerDataSets
import CaptionerFiles
import CaptionerImageProcessing
import CaptionerRecaption
import SystemPackage

/// What operators of a configuration ask about images and texts, answered by CLIP models and by BLIP for matching.
///
/// A model is loaded when it is first asked for, and one at a time is kept.
actor CLIPSimilarities: SimilarityProvider {
    private let clip: CLIPOptions
    private let matching: GivenPath?
    private let options: Captioner.Options
    private var loaded: (model: GivenPath, encoder: ImageTextEncoder)?

    /// - Parameters:
    ///   - clip: names the model of similarities that answers in place of those that operators name, if it names one.
    ///   - matching: the same for the model that says whether texts match.
    ///   - options: threads, kernels, and the reading of images.
    ///   - models: those that will be asked, by the names that operators give them.
    /// - Throws: `CaptionerError.unusableModel` for one that is not there, before anything is written.
    init(
        _ clip: CLIPOptions, matching: GivenPath?, _ options: Captioner.Options, for models: [AskedModel]
    ) throws {
        for model in models { _ = try Self.folder(of: model, clip, matching: matching) }
        self.matching = matching
        self.clip = clip
        self.options = options
    }

    private static func folder(of model: AskedModel, _ clip: CLIPOptions, matching: GivenPath?) throws -> FilePath {
        try modelFolder((model.matches ? matching : clip.clip) ?? GivenPath(model.name))
    }

    /// What its answers depend on.
    /// - Throws: `CaptionerError.unusableModel`, `.invalidOption`; `FileError.unreadableFolder`, `.unreadableFile`.
    static func answering(
        _ model: AskedModel, _ clip: CLIPOptions, matching: GivenPath?, _ options: Captioner.Options
    ) throws -> AnsweringModel {
        let folder = try folder(of: model, clip, matching: matching)
        return AnsweringModel(
            fingerprint: try ModelFingerprint.of(folder),
            // On another processor automatic precision may be another.
            precision: try clip.encoderOptions(options).precision(of: folder).rawValue,
            usesQuickGELU: model.matches ? nil : clip.clipQuickGelu)
    }

    func similarities(
        _ questions: [SimilarityQuestion], model: String
    ) async throws -> [Result<[Float], ItemFailure>] {
        guard !questions.isEmpty else { return [] }
        let encoder = try await encoder(clip.clip ?? GivenPath(model))
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

    func matches(
        _ questions: [SimilarityQuestion], model: String
    ) async throws -> [Result<[Float], ItemFailure>] {
        guard !questions.isEmpty else { return [] }
        let encoder = try await encoder(matching ?? GivenPath(model))
        let pictures = questions.flatMap { question in
            question.images.map { (question.text, source($0, question.flipsHorizontally, question.flipsVertically)) }
        }
        var probabilities: [Result<Float, ItemFailure>] = []
        for start in stride(from: 0, to: pictures.count, by: options.batchSize) {
            let batch = pictures[start..<min(start + options.batchSize, pictures.count)].map { text, read in
                read().map { (image: $0, texts: [text]) }
            }
            var found = try await encoder.matchProbabilities(batch.compactMap { try? $0.get() })[...]
            probabilities += batch.map { image in
                image.flatMap { _ in found.removeFirst().map { $0[0] }.mapError(ItemFailure.init) }
            }
        }
        var rest = probabilities[...]
        return questions.map { question in
            let own = rest.prefix(question.images.count)
            rest = rest.dropFirst(own.count)
            return Result { () throws(ItemFailure) in
                var values: [Float] = []
                for probability in own { values.append(try probability.get()) }
                return values
            }
        }
    }

    func similarities(
        ofPairs pairs: [(any PictureSource, any PictureSource)], model: String
    ) async throws -> [Result<Float, ItemFailure>] {
        guard !pairs.isEmpty else { return [] }
        let encoder = try await encoder(clip.clip ?? GivenPath(model))
        let images = try await embeddings(
            of: pairs.flatMap { [($0.0, false, false), ($0.1, false, false)] }, by: encoder)
        return pairs.indices.map { index in
            Result { () throws(ItemFailure) in
                encoder.similarity(of: try images[2 * index].get(), try images[2 * index + 1].get())
            }
        }
    }

    private func encoder(_ model: GivenPath) async throws -> ImageTextEncoder {
        if let loaded, loaded.model == model { return loaded.encoder }
        loaded = nil
        var clip = clip
        clip.clip = model
        let encoder = try await clip.encoder(options, beside: nil)
        loaded = (model, encoder)
        return encoder
    }

    /// Reads an image, and flips it if that is wanted.
    private func source(
        _ picture: any PictureSource, _ horizontally: Bool, _ vertically: Bool
    ) -> () -> Result<ImageSource, ItemFailure> {
        let decoder = ImageDecoder(orientation: options.orientation)
        return {
            Result { () throws(ItemFailure) in
                let bytes = try picture.bytes()
                guard horizontally || vertically else { return .data(bytes) }
                do {
                    return .pixels(
                        try decoder.decode(bytes).mirrored(horizontally: horizontally, vertically: vertically))
                } catch {
                    throw ItemFailure(stage: .decode, message: "\(error)", path: picture.file?.escaped)
                }
            }
        }
    }

    /// Embeddings of length 1, a batch at a time, so that few images are in memory.
    private func embeddings(
        of pictures: [(source: any PictureSource, horizontally: Bool, vertically: Bool)], by encoder: ImageTextEncoder
    ) async throws -> [Result<[Float], ItemFailure>] {
        var results: [Result<[Float], ItemFailure>] = []
        for start in stride(from: 0, to: pictures.count, by: options.batchSize) {
            let batch = pictures[start..<min(start + options.batchSize, pictures.count)].map {
                source($0.source, $0.horizontally, $0.vertically)()
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
