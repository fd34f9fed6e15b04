import CaptionerFiles
public import Foundation
import SystemPackage

// Former names. Each stays, deprecated, for one version.

@available(*, deprecated, renamed: "Captioner.Options")
public typealias CaptionerOptions = Captioner.Options
@available(*, deprecated, renamed: "Captioner.GenerationOptions")
public typealias GenerationOptions = Captioner.GenerationOptions

extension Captioner.Options {
    @available(*, deprecated, renamed: "Captioner.Precision")
    public typealias Precision = Captioner.Precision
    @available(*, deprecated, renamed: "Captioner.LayerPrecision")
    public typealias LayerPrecision = Captioner.LayerPrecision
    @available(*, deprecated, renamed: "Captioner.Towers")
    public typealias Towers = Captioner.Towers
}

extension Captioner {
    @available(*, deprecated, renamed: "init(modelFolder:options:progress:)")
    public convenience init(model: URL, options: Options = Options()) async throws {
        try await self.init(modelFolder: model, options: options)
    }

    @available(*, deprecated, renamed: "modelFolder")
    public var model: URL { modelFolder }

    @available(*, deprecated, renamed: "captionCandidates(for:options:)")
    public func captions(
        of image: ImageSource, options: GenerationOptions = GenerationOptions()
    ) async throws -> [Caption] {
        try await captionCandidates(for: image, options: options)
    }

    @available(*, deprecated, renamed: "captionUpdates(for:options:)")
    public func stream(
        _ image: ImageSource, options: GenerationOptions = GenerationOptions()
    ) -> AsyncThrowingStream<CaptionUpdate, any Error> {
        captionUpdates(for: image, options: options)
    }

    @available(*, deprecated, renamed: "logLikelihood(of:for:includesEnd:)")
    public func score(
        _ image: ImageSource, text: String, prompt: String? = nil, includesEnd: Bool = true
    ) async throws -> TextScore {
        try await logLikelihood(
            of: text, for: CaptionRequest(image: image, prompt: prompt), includesEnd: includesEnd)
    }

    @available(*, deprecated, renamed: "logLikelihoods(of:for:includesEnd:)")
    public func score(
        _ image: ImageSource, texts: [String], prompt: String? = nil, includesEnd: Bool = true
    ) async throws -> [TextScore] {
        try await logLikelihoods(
            of: texts, for: CaptionRequest(image: image, prompt: prompt), includesEnd: includesEnd)
    }

    @available(*, deprecated, renamed: "pack(modelFolder:to:precision:layerPrecisions:towers:progress:)")
    public static func pack(
        model: URL, to folder: URL, precision: Precision, layerPrecisions: [LayerPrecision] = [],
        towers: Towers = Towers(), progress: (Double) -> Void = { _ in }
    ) throws -> PackResult {
        try packNow(
            model: FilePath(model), to: FilePath(folder), precision: precision, layerPrecisions: layerPrecisions,
            towers: towers, progress: progress)
    }
}

extension ImageTextEncoder {
    @available(*, deprecated, renamed: "init(modelFolder:options:usesQuickGELU:tokenization:beside:progress:)")
    public convenience init(
        model: URL, options: Captioner.Options = Captioner.Options(), usesQuickGELU: Bool? = nil,
        tokenization: Tokenization = .huggingFaceFast, beside captioner: Captioner? = nil
    ) async throws {
        try await self.init(
            modelFolder: model, options: options, usesQuickGELU: usesQuickGELU, tokenization: tokenization,
            beside: captioner)
    }

    @available(*, deprecated, renamed: "modelFolder")
    public var model: URL { modelFolder }

    @available(*, deprecated, renamed: "similarity(of:to:)")
    public func similarity(_ image: ImageSource, _ text: String) async throws -> Float {
        try await similarity(of: text, to: image)
    }

    @available(*, deprecated, renamed: "similarities(of:to:)")
    public func similarities(_ image: ImageSource, _ texts: [String]) async throws -> [Float] {
        try await similarities(of: texts, to: image)
    }
}

extension ModelSummary {
    @available(*, deprecated, renamed: "init(modelFolder:towers:)")
    public init(model: URL, towers: Captioner.Towers = Captioner.Towers()) throws {
        try self.init(modelFolder: model, towers: towers)
    }
}
