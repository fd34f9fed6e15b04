import Captioner
import CaptionerCheckpoints
import CaptionerFiles
import CaptionerImageProcessing
import CaptionerModels
import Foundation
import SystemPackage
import TestSupport

/// The JSON files of a model folder that say what the model is. The first byte of an input says which file it is.
enum ConfigurationFuzzing {
    private static let names: [UInt8: String] = [
        UInt8(ascii: "c"): "config.json", UInt8(ascii: "p"): "preprocessor_config.json",
        UInt8(ascii: "r"): "processor_config.json", UInt8(ascii: "i"): "model.safetensors.index.json",
    ]

    private static let whole = ScratchFolder(copying: Fixtures.model("new-f32"))
    private static let sharded = ScratchFolder(copying: Fixtures.model("new-f16-sharded"))

    static func run(_ input: [UInt8]) {
        guard let first = input.first, let name = names[first] else { return }
        let folder = name == "model.safetensors.index.json" ? sharded : whole
        folder.replacing(name, by: Array(input.dropFirst())) { load(folder.url) }
    }

    private static func load(_ folder: URL) {
        _ = try? Checkpoint.decode(ImageProcessorConfiguration.self, from: "preprocessor_config.json", in: folder)
        let configuration: BLIP2Configuration?
        do {
            _ = try ModelFolder<any Model>(FilePath(folder))
            configuration = try Checkpoint.json("config.json", in: FilePath(folder)).map {
                try BLIP2Configuration(ConfigurationReader($0))
            }
        } catch let error as ModelError {
            // The folder's reader names the file.
            return finding(unless: !error.description.isEmpty, "an empty message")
        } catch {
            return finding(unless: "\(error)".contains(folder.path), "a message without a file")
        }
        // Layers by the thousand are allowed, and cost time only.
        guard let configuration, max(configuration.vision.layerCount, configuration.qFormer.layerCount) <= 8,
            configuration.text.layerCount <= 8, let summary = try? ModelSummary(model: folder)
        else { return }
        finding(unless: !summary.description.isEmpty, "an empty summary")
        if summary.isComplete { caption(folder) }
    }

    /// Whatever loads has to work.
    private static func caption(_ folder: URL) {
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            defer { done.signal() }
            guard let captioner = try? await Captioner(modelFolder: folder, options: Captioner.Options(threadCount: 1)),
                let picture = try? RGBImage(width: 2, height: 1, bytes: [0, 60, 120, 180, 240, 255])
            else { return }
            var options = Captioner.GenerationOptions(maxNewTokens: 3)
            options.numBeams = 2
            _ = try? await captioner.caption(picture, options: options)
        }
        done.wait()
    }
}
