import CaptionerFiles
import CaptionerTensorCore
import SystemPackage

/// What a packed checkpoint says of itself, in the metadata of its weight file.
///
/// The file holds linear layers in panels (see docs/packed-models.md), so that they are used where they are mapped.
package struct Packing: Sendable, Equatable {
    /// The precision of each linear layer.
    package var plan: PrecisionPlan
    /// The folder's name that it was made from.
    package var source: String
    /// What made it, such as `captioner 0.1.0`.
    package var maker: String

    package init(plan: PrecisionPlan, source: String, maker: String) {
        self.plan = plan
        self.source = source
        self.maker = maker
    }

    /// The layout that this version writes and reads.
    package static let version = "1"
    package static let fileName = "packed.safetensors"
    /// What the weight file is called while it is written.
    static let unfinishedFileName = "packed.safetensors.unfinished"
    private static let format = "captioner-packed"

    var metadata: [String: String] {
        [
            "format": Self.format, "version": Self.version, "precision": plan.precision.rawValue,
            "layer_precisions": plan.exceptions.map { "\($0.part)=\($0.precision.rawValue)" }.joined(separator: ","),
            "source": source, "made_by": maker,
        ]
    }

    /// - Throws: `CheckpointError.malformed` for another format, another version, or what makes no sense.
    init(_ file: SafetensorsFile) throws(CheckpointError) {
        let metadata = file.metadata
        let path = file.mapping.path.escaped
        guard metadata["format"] == Self.format else {
            throw .malformed(
                file: path,
                cause: "its metadata names the format \(Self.text(metadata["format"])), expected "
                    + "\"\(Self.format)\"; caption-images pack makes such files")
        }
        guard metadata["version"] == Self.version else {
            throw .malformed(
                file: path,
                cause: "it is packed in version \(Self.text(metadata["version"])), and this program reads "
                    + "version \(Self.version); pack the original checkpoint again")
        }
        guard let precision = metadata["precision"].flatMap(Precision.init(rawValue:)), precision != .float32 else {
            throw .malformed(
                file: path,
                cause: "its metadata names the precision \(Self.text(metadata["precision"])), expected "
                    + "\"bf16\" or \"int8\"; pack the original checkpoint again")
        }
        var exceptions: [PrecisionPlan.Exception] = []
        for text in (metadata["layer_precisions"] ?? "").split(separator: ",") {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, let precision = Precision(rawValue: String(parts[1])) else {
                throw .malformed(
                    file: path,
                    cause: "its metadata names the layer precision \"\(text)\", expected one such as "
                        + "\"lm_head=bf16\"; pack the original checkpoint again")
            }
            exceptions.append(PrecisionPlan.Exception(part: String(parts[0]), precision: precision))
        }
        plan = PrecisionPlan(precision, exceptions: exceptions)
        source = metadata["source"] ?? ""
        maker = metadata["made_by"] ?? ""
    }

    private static func text(_ value: String?) -> String { value.map { "\"\($0)\"" } ?? "nothing" }
}
