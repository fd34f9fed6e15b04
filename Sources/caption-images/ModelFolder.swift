import Captioner
import CaptionerDemoModel
import CaptionerFiles
import SystemPackage

/// The checkpoint folder that `--model` means: a path, the name of a downloaded model, or the demo model when there is
/// none.
/// - Throws: `CaptionerError.unusableModel` with the way to get the model when it is not there.
func modelFolder(_ model: GivenPath?) throws -> FilePath {
    guard let model else { return FilePath(try DemoModel.checkpoint()) }
    return try Captioner.modelFolder(model)
}
