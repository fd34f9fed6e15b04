/// How JSON is written.
package struct JSONStyle: Sendable, Equatable {
    /// Between elements, and between a name and its value.
    var separator: String
    var colon: String
    /// `/` as `\/`.
    var escapesSlashes = false
    /// Everything beyond ASCII as escapes.
    var isASCII = false

    /// As Python's `json.dumps(value, ensure_ascii=False)`: what our own records look like.
    package static let python = JSONStyle(separator: ", ", colon: ": ")
    /// As Python's `json.dumps(value)`.
    package static let pythonASCII = JSONStyle(separator: ", ", colon: ": ", isASCII: true)
    /// As pandas' `to_json(force_ascii=False)`.
    package static let pandas = JSONStyle(separator: ",", colon: ":", escapesSlashes: true)
}

extension JSONValue {
    /// The value as JSON text in one line. Numbers are written as they are.
    package func json(_ style: JSONStyle = .python) -> String {
        var text = ""
        write(to: &text, style)
        return text
    }

    private func write(to text: inout String, _ style: JSONStyle) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let literal): text += literal
        case .string(let string): Self.write(string, to: &text, style)
        case .illFormedString(let units): Self.write(units, to: &text, style)
        case .array(let elements):
            text += "["
            for (index, element) in elements.enumerated() {
                if index > 0 { text += style.separator }
                element.write(to: &text, style)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += style.separator }
                if let units = member.illFormedKey {
                    Self.write(units, to: &text, style)
                } else {
                    Self.write(member.key.string, to: &text, style)
                }
                text += style.colon
                member.value.write(to: &text, style)
            }
            text += "}"
        }
    }

    private static func write(_ string: String, to text: inout String, _ style: JSONStyle) {
        text += "\""
        for scalar in string.unicodeScalars { write(scalar, to: &text, style) }
        text += "\""
    }

    private static func write(_ units: [UInt16], to text: inout String, _ style: JSONStyle) {
        text += "\""
        var parser = Unicode.UTF16.ForwardParser()
        var rest = units.makeIterator()
        var index = 0
        loop: while true {
            switch parser.parseScalar(from: &rest) {
            case .valid(let character):
                write(Unicode.UTF16.decode(character), to: &text, style)
                index += character.count
            case .error(let length):
                for unit in units[index..<index + length] { text += unicodeEscape(unit) }
                index += length
            case .emptyInput: break loop
            }
        }
        text += "\""
    }

    @inline(__always)
    private static func write(_ scalar: Unicode.Scalar, to text: inout String, _ style: JSONStyle) {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case "/": text += style.escapesSlashes ? "\\/" : "/"
        case "\u{08}": text += "\\b"
        case "\u{0C}": text += "\\f"
        case "\n": text += "\\n"
        case "\r": text += "\\r"
        case "\t": text += "\\t"
        case "\0"..<" ": text += unicodeEscape(UInt16(scalar.value))
        case "\u{7F}"... where style.isASCII && scalar != "\u{7F}":
            for unit in String(scalar).utf16 { text += unicodeEscape(unit) }
        default: text.unicodeScalars.append(scalar)
        }
    }

    private static func unicodeEscape(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
