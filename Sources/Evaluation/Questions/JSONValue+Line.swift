import CaptionerJSON

extension JSONValue {
    /// The object that a line is.
    /// - Throws: `JSONError` for anything else.
    static func object(line: some Sequence<UInt8>) throws(JSONError) -> JSONValue {
        let value = try JSONParser.parse(line, .row)
        guard value.members != nil else {
            throw JSONError(offset: 0, message: "expected an object, found \(value.kind)")
        }
        return value
    }

    /// The `question_id` of an object.
    /// - Throws: `JSONError` if it has none.
    var questionID: JSONValue {
        get throws(JSONError) {
            guard let id = self["question_id"] else { throw JSONError(offset: 0, message: "no question_id") }
            return id
        }
    }

    /// A member that is a text.
    /// - Parameter text: gives the text of a value, if it has one.
    /// - Throws: `JSONError` for anything else.
    func text(_ name: String, as text: (JSONValue) -> String?) throws(JSONError) -> String {
        guard let text = self[name].flatMap(text) else {
            throw JSONError(offset: 0, message: "expected a text in \(name), found \(self[name]?.kind ?? "none")")
        }
        return text
    }
}
