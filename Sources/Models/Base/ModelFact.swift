/// What `inspect` says of a part of a model: in lines for people, and in values for programs.
package struct ModelFact: Sendable {
    /// Of the part, such as `vision`.
    package let name: String
    package let lines: [String]
    /// By the names that `config.json` has for such values, or names like those.
    package let values: [String: Value]

    package enum Value: Sendable {
        case integer(Int)
        case integers([Int])
        case number(Double)
        case text(String)
        case flag(Bool)
    }

    package init(_ name: String, _ lines: [String], _ values: [String: Value]) {
        (self.name, self.lines, self.values) = (name, lines, values)
    }
}

extension ModelFact.Value {
    /// The shortest decimal number that means the same float: 1e-05 stays 1e-05.
    package static func number(_ float: Float) -> ModelFact.Value { .number(Double("\(float)") ?? Double(float)) }
}
