package import CaptionerJSON

/// The members of `config.json`, or of an object in it. Each key is written once: with its default, which holds where the
/// key is missing or null, and with what its value may be.
package struct ConfigurationReader: Sendable {
    private let members: [ExactString: JSONValue]
    /// The object's name with a dot, to be put before a key.
    private let path: String
    /// What counts in place of what the file says, in any of its objects.
    private let overrides: [String: JSONValue]
    /// The key of what counts as the decoder's activation, whatever the file says. No file has it.
    package static let decoderActivationKey = "captioner_decoder_activation"
    /// The configurations of the model's companions, by their keys.
    package var companions: [String: ConfigurationReader] = [:]
    /// `generation_config.json`, for a model whose end tokens are there alone.
    package var generation: ConfigurationReader? {
        get { generationMembers.map { ConfigurationReader($0, path: "generation_config.", overrides: [:]) } }
        set { generationMembers = newValue.map { $0.members.map { JSONMember($0.key, $0.value) } } }
    }
    private var generationMembers: [JSONMember]?

    /// The whole file.
    /// - Parameter overrides: values by their key, which count in place of what the file says, in any of its objects.
    /// - Throws: `ModelError.invalid` unless it is an object.
    package init(_ value: JSONValue, overrides: [String: JSONValue] = [:]) throws(ModelError) {
        guard let members = value.members else {
            throw .invalid("it", found: value.kind, expected: "an object")
        }
        self.init(members, path: "", overrides: overrides)
    }

    private init(_ members: [JSONMember], path: String, overrides: [String: JSONValue]) {
        // Of a repeated key the last counts, as in Python.
        self.members = Dictionary(members.map { ($0.key, $0.value) }) { $1 }
        self.path = path
        self.overrides = overrides
    }

    /// Whether there is something for a key, other than null.
    package func contains(_ key: String) -> Bool { value(key) != nil }

    /// Whether a key is there and null, which for some keys is another value than their default.
    package func isNull(_ key: String) -> Bool { members[ExactString(key)]?.isNull ?? false }

    /// The object of a key; one without members where there is none.
    package func object(_ key: String) throws(ModelError) -> ConfigurationReader {
        guard let value = value(key) else {
            return ConfigurationReader([], path: name(key) + ".", overrides: overrides)
        }
        guard let members = value.members else {
            throw .invalid(name(key), found: value.kind, expected: "an object")
        }
        return ConfigurationReader(members, path: name(key) + ".", overrides: overrides)
    }

    /// A whole number.
    package func integer(_ key: String) throws(ModelError) -> Int? {
        guard let value = value(key) else { return nil }
        if let integer = value.integer ?? value.double.flatMap(Int.init(exactly:)) { return integer }
        throw .invalid(name(key), found: value.kind, expected: "a whole number of 64 bits")
    }

    /// A size. Sizes stay far below where products of a few of them overflow.
    package func size(_ key: String, default standard: Int, atMost limit: Int = 1 << 17) throws(ModelError) -> Int {
        let size = try integer(key) ?? standard
        guard (1...limit).contains(size) else {
            throw .invalid(name(key), found: "\(size)", expected: "a number from 1 to \(limit)")
        }
        return size
    }

    /// A number of attention heads, which a width is divided among.
    package func heads(_ key: String, default standard: Int, width: Int) throws(ModelError) -> Int {
        let count = try integer(key) ?? standard
        guard count > 0, width % count == 0 else {
            throw .invalid(name(key), found: "\(count)", expected: "a divisor of hidden_size \(width)")
        }
        return count
    }

    /// The epsilon of a norm.
    package func epsilon(_ key: String, default standard: Float) throws(ModelError) -> Float {
        guard let value = value(key) else { return standard }
        guard case .number(let literal) = value, let number = Float(literal), number.isFinite, number >= 0 else {
            throw .invalid(name(key), found: value.kind, expected: "a small number that is not negative")
        }
        return number
    }

    /// A number of any kind.
    package func number(_ key: String) throws(ModelError) -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = value.double, number.isFinite else {
            throw .invalid(name(key), found: value.kind, expected: "a number")
        }
        return number
    }

    package func flag(_ key: String, default standard: Bool) throws(ModelError) -> Bool {
        guard let value = value(key) else { return standard }
        guard case .bool(let flag) = value else {
            throw .invalid(name(key), found: value.kind, expected: "true or false")
        }
        return flag
    }

    package func text(_ key: String) throws(ModelError) -> String? {
        guard let value = value(key) else { return nil }
        guard let text = value.text else { throw .invalid(name(key), found: value.kind, expected: "a string") }
        return text
    }

    package func texts(_ key: String) throws(ModelError) -> [String] {
        guard let value = value(key) else { return [] }
        let texts = (value.elements ?? []).compactMap(\.text)
        guard let elements = value.elements, texts.count == elements.count else {
            throw .invalid(name(key), found: value.kind, expected: "a list of strings")
        }
        return texts
    }

    /// One whole number, or several.
    package func integers(_ key: String, default standard: [Int]) throws(ModelError) -> [Int] {
        guard let value = value(key) else { return standard }
        guard let elements = value.elements else { return try integer(key).map { [$0] } ?? standard }
        let integers = elements.compactMap(\.integer)
        guard integers.count == elements.count else {
            throw .invalid(name(key), found: value.kind, expected: "a list of whole numbers")
        }
        return integers
    }

    /// Refuses any value but `supported`, which is also the default.
    package func require(_ key: String, _ supported: String) throws(ModelError) {
        try require(key, .string(supported))
    }

    package func require(_ key: String, _ supported: Bool) throws(ModelError) { try require(key, .bool(supported)) }

    package func require(_ key: String, _ supported: Int) throws(ModelError) { try require(key, .integer(supported)) }

    private func require(_ key: String, _ supported: JSONValue) throws(ModelError) {
        guard let value = value(key), value != supported else { return }
        throw .unsupported(name(key), found: value.text ?? value.kind, supported: supported.text ?? supported.kind)
    }

    /// The key with the names of the objects around it.
    package func name(_ key: String) -> String { path + key }

    private func value(_ key: String) -> JSONValue? {
        guard let value = overrides[key] ?? members[ExactString(key)], !value.isNull else { return nil }
        return value
    }
}
