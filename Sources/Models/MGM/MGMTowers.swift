import CaptionerCheckpoints
import CaptionerFiles
import CaptionerTensorCore
import SystemPackage

/// The two towers of MGM: a CLIP vision transformer for the image at low resolution, and a ConvNeXt for it at high
/// resolution.
struct MGMTowers: Sendable {
    let vision: CLIPVisionEncoder
    let auxiliary: ConvNeXtEncoder

    /// The keys of `config.json` that name the folders of the towers.
    static let (visionKey, auxiliaryKey) = ("mm_vision_tower", "mm_vision_tower_aux")
    private static let (visionScope, auxiliaryScope) = ("model.vision_tower.vision_tower.", "model.vision_tower_aux.")

    /// The folders. Of CLIP the checkpoint's copy counts, and of ConvNeXt its folder's weights, as MGM loads them.
    static func companions(_ reader: ConfigurationReader) throws(ModelError) -> [Companion] {
        func path(_ key: String) throws(ModelError) -> String {
            if let path = try reader.text(key) { return path }
            throw .invalid(reader.name(key), found: "missing", expected: "the path of a tower's folder")
        }
        let (vision, auxiliary) = (try path(visionKey), try path(auxiliaryKey))
        return [
            Companion(
                key: visionKey, path: vision, published: publishedVision(vision), layout: .huggingFace,
                probe: visionScope + "vision_model.embeddings.class_embedding", isReplacedByCopy: true,
                describesImages: true),
            Companion(
                key: auxiliaryKey, path: auxiliary, published: publishedAuxiliary(auxiliary), layout: .openCLIP,
                probe: auxiliaryScope + "vision_stem.0.weight",
                isReplacedByCopy: try reader.flag("optimize_vision_tower_aux", default: false)),
        ]
    }

    /// MGM takes a folder for one of OpenAI's by its path; the last part is the name that it has on the hub.
    private static func publishedVision(_ path: String) -> String? {
        path.lowercased().utf8.contains("openai".utf8)
            ? FilePath(exactly: path).lastComponent.map { "openai/\($0.string)" } : nil
    }

    /// The folder that MGM's own instructions make has a name of its own.
    private static func publishedAuxiliary(_ path: String) -> String? {
        FilePath(exactly: path).lastComponent == "openclip-convnext-large-d-320-laion2B-s29B-b131K-ft-soup"
            ? "laion/CLIP-convnext_large_d_320.laion2B-s29B-b131K-ft-soup" : nil
    }

    /// What a checkpoint and its companions call a tensor of the model.
    static func storedName(_ name: String, joined: (vision: Bool, auxiliary: Bool)) -> StoredName {
        if joined.vision, let rest = name.removing(visionScope) { return StoredName("\(visionKey):" + rest) }
        if joined.auxiliary, let rest = name.removing(auxiliaryScope + "vision_") {
            return StoredName("\(auxiliaryKey):visual.trunk." + rest)
        }
        return StoredName(name, isTransposed: name == "model." + PatchInfoMining.transposedName)
    }

    /// Whether the weights of each tower come from its folder.
    static func joined(_ weights: WeightScope) -> (vision: Bool, auxiliary: Bool) {
        (
            weights.contains("\(visionKey):vision_model.embeddings.class_embedding"),
            weights.contains("\(auxiliaryKey):visual.trunk.stem.0.weight")
        )
    }

    /// - Parameters:
    ///   - layer: which hidden state of the vision transformer counts, from the end.
    ///   - weights: the root scope, with the model's own names.
    init(_ reader: ConfigurationReader, selectedLayer layer: Int, weights: WeightScope) throws {
        let scope = weights["model"]["vision_tower"]["vision_tower"]["vision_model"]
        let sizes: CLIPVisionSizes
        if let folder = reader.companions[Self.visionKey] {
            sizes = try CLIPVisionSizes(folder.contains("vision_config") ? folder.object("vision_config") : folder)
        } else {
            sizes = CLIPVisionSizes(of: scope)
        }
        let index = sizes.tower.layerCount + 1 + layer
        guard (1...sizes.tower.layerCount).contains(index) else {
            throw ModelError.invalid(
                reader.name("mm_vision_select_layer"), found: "\(layer)",
                expected: "one of the \(sizes.tower.layerCount) layers of the vision tower, from the end")
        }
        vision = try CLIPVisionEncoder(sizes, layerCount: index, weights: scope)
        let auxiliary = weights["model"]["vision_tower_aux"]
        self.auxiliary = try ConvNeXtEncoder(ConvNeXtSizes(of: auxiliary), weights: auxiliary)
        // Copies of weights that come from the towers' folders.
        weights["model"]["vision_tower"].ignoreRest()
        auxiliary.ignoreRest()
    }
}
