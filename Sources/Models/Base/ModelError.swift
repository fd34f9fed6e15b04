/// What makes a checkpoint unusable, apart from its tensors. The reader of `config.json` puts its name before the message.
package enum ModelError: Error, Equatable, CustomStringConvertible {
    /// `config.json` is missing.
    case missingConfiguration(folder: String)
    /// `config.json` describes a model that no family claims: which one, and what the families are.
    case otherModel(String, supported: [String])
    /// A value in `config.json` is one that no published model of the family has, and the engine has no code for.
    case unsupported(_ field: String, found: String, supported: String)
    /// A value in `config.json` makes no sense.
    case invalid(_ field: String, found: String, expected: String)

    package var description: String {
        switch self {
        case .missingConfiguration(let folder):
            "\(folder): config.json is missing; a checkpoint folder holds it beside its safetensors files"
        case .otherModel(let kind, let supported):
            "this is \(kind), and only \(supported.joined(separator: "; and "))"
        case .unsupported(let field, let found, let supported):
            "\(field) is \(found), and only \(supported) is supported"
        case .invalid(let field, let found, let expected):
            "\(field) is \(found), expected \(expected)"
        }
    }
}
