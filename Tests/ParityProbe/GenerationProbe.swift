import Captioner
import CaptionerImageProcessing
import Foundation
import TestSupport

/// Captions images with any options of generation and in any precision, EXIF orientation ignored.
struct GenerationProbe {
    private struct Request: Decodable {
        let paths: [String]
        let prompt: String?
        let maxNewTokens: Int
        let options: TransformersOptions
        let seed: UInt64
        /// The major version of transformers to follow.
        let version: String
    }

    private struct Reply: Encodable {
        struct Caption: Encodable {
            let ids: [Int]
            let score: Float
        }

        /// For each image its captions.
        var captions: [[Caption]] = []
        var error: String?
    }

    private let captioner: Captioner

    /// - Parameters:
    ///   - folder: the checkpoint.
    ///   - precisions: of all layers, float32 if nothing is said, and then `part=precision` for some.
    init(folder: String, precisions: [String]) async throws {
        var options = Captioner.Options(batchSize: 16, precision: .float32, orientation: .ignore)
        for text in precisions {
            if let exception = Captioner.LayerPrecision(text: text) {
                options.layerPrecisions.append(exception)
            } else if let precision = Captioner.Precision(rawValue: text) {
                options.precision = precision
            } else {
                throw UnknownPrecision(description: text)
            }
        }
        captioner = try await Captioner(modelFolder: URL(fileURLWithPath: folder), options: options)
    }

    private struct UnknownPrecision: Error, CustomStringConvertible {
        let description: String
    }

    func run() async throws {
        while let request = try Replies.next(Request.self) {
            var options = Captioner.GenerationOptions(maxNewTokens: request.maxNewTokens, prompt: request.prompt)
            request.options.apply(to: &options)
            options.seed = request.seed
            options.transformersVersion = request.version == "4" ? .v4 : .v5
            var reply = Reply()
            do {
                let images = request.paths.map { URL(fileURLWithPath: $0) }
                for try await outcome in captioner.captions(for: images, options: options) {
                    reply.captions.append(
                        try outcome.captions.get().map { Reply.Caption(ids: $0.tokenIDs, score: $0.score) })
                }
            } catch {
                reply = Reply(error: "\(error)")
            }
            try Replies.send(reply)
        }
    }
}

extension Captioner.LayerPrecision {
    /// From `part=precision`.
    fileprivate init?(text: String) {
        let sides = text.split(separator: "=")
        guard sides.count == 2, let precision = Captioner.Precision(rawValue: String(sides[1])) else {
            return nil
        }
        self.init(part: String(sides[0]), precision: precision)
    }
}
