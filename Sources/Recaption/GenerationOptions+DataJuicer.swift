package import Captioner
package import CaptionerDataSets
import CaptionerImageProcessing

extension Captioner.GenerationOptions {
    /// What captions are generated with unless a user says otherwise: for the samples of a data set as Data-Juicer's
    /// `image_captioning_mapper`, which samples and generates up to 128 tokens.
    /// - Parameter profile: the version of Data-Juicer, which runs on a version of transformers.
    package static func standard(forSamples: Bool, _ profile: CompatibilityProfile?) -> Captioner.GenerationOptions {
        var options = Captioner.GenerationOptions(maxNewTokens: forSamples ? 128 : 30)
        options.doSample = forSamples
        options.transformersVersion = profile == .dataJuicer16 ? .v5 : .v4
        return options
    }

    /// The options with what only the model's files say.
    package func completed(_ profile: CompatibilityProfile?, by captioner: Captioner) -> Captioner.GenerationOptions {
        var options = self
        if profile == .dataJuicer16, cleansUpSpaces == nil {
            options.cleansUpSpaces = captioner.cleansUpSpacesByDefault ?? false
        }
        return options
    }
}

extension CompatibilityProfile {
    /// What becomes of the orientation that images state. The datasets library of 2024 did not apply it.
    package var orientation: ImageOrientation { self == .betterSynth ? .ignore : .apply }
}
