public import ArgumentParser
public import Captioner
import CaptionerFiles
import SystemPackage

/// Where the parts of a model are that are not in its own folder.
struct TowerOptions: ParsableArguments {
    @Option(
        help:
            "A folder that holds the tower folders of MGM, by their names. (default: where config.json says, below the working directory or around the model, or by their names in the caches of Hugging Face and ModelScope)"
    )
    var towers: FilePath?

    @Option(
        help:
            "Whose weights count where the checkpoint has copies of its towers: folders, as MGM loads them, or checkpoint, which needs no folders."
    )
    var towerWeights = Captioner.Towers.Weights.folders

    @Option(
        help:
            "Gemma's activation, gelu or gelu_pytorch_tanh. (default: that of the version of transformers that wrote config.json)"
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
