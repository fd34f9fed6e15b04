/// What makes a checkpoint unusable as a BLIP-2 model, apart from its tensors.
public enum BLIP2Error: Error, Equatable, CustomStringConvertible {
    /// `config.json` is missing.
    case missingConfiguration(folder: String)
    /// `config.json` describes a model of another kind: which one. Whoever reads the file puts its name before this
    /// message.
    case otherModel(String)
    /// A value in `config.json` is one that no published BLIP-2 has, and the engine has no code for.
    case unsupported(_ field: String, found: String, supported: String)
    /// A value in `config.json` makes no sense.
    case invalid(_ field: String, found: String, expected: String)

    public var description: String {
        switch self {
        case .missingConfiguration(let folder):
            "\(folder): config.json is missing; a checkpoint folder holds it beside its safetensors files"
        case .otherModel(let kind):
            "this is \(kind), and only BLIP-2 with an OPT decoder is supported, such as Salesforce/blip2-opt-2.7b, "
                + "blip2-opt-6.7b and their -coco variants (model_type blip-2, text_config.model_type opt)"
        case .unsupported(let field, let found, let supported):
            "\(field) is \(found), and only \(supported) is supported"
        case .invalid(let field, let found, let expected):
            "\(field) is \(found), expected \(expected)"
        }
    }
}
