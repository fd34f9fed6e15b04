public import ArgumentParser
public import Captioner
import CaptionerFiles
import SystemPackage

/// Where the parts of a model are that are not in its own folder.
struct TowerOptions: ParsableArguments {
    @Option(
        help:
            "For MGM: the folder that contains the folders of its two vision towers. (default: the paths in config.json, relative to the working directory or around the model, else their names in the caches of Hugging Face and ModelScope)"
    )
    var towers: FilePath?

    @Option(
        help:
            "For MGM: which weights are used where the checkpoint has copies of its vision towers: folders, as MGM loads them, or checkpoint, which needs no folders."
    )
    var towerWeights = Captioner.Towers.Weights.folders

    @Option(
        help:
            "For MGM: the activation of Gemma. (default: that of the version of transformers that wrote config.json)"
    )
    var decoderActivation: Captioner.Towers.DecoderActivation?

    var towerOptions: Captioner.Towers {
        var options = Captioner.Towers()
        options.folder = towers?.url
        options.weights = towerWeights
        options.decoderActivation = decoderActivation
        return options
    }
}

extension Captioner.Towers.Weights: ExpressibleByArgument {}
extension Captioner.Towers.DecoderActivation: ExpressibleByArgument {}
