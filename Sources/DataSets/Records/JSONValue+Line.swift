package import CaptionerJSON

extension JSONValue {
    /// The value with a line break.
    package var line: [UInt8] { [UInt8]((json() + "\n").utf8) }

    /// An object with one more member, whose value is JSON already and stays byte for byte, and with a line break.
    func line(with name: String, _ value: some Sequence<UInt8>) -> [UInt8] {
        var line = [UInt8](json().utf8.dropLast())
        line += ((members ?? []).isEmpty ? "" : ", ").utf8
        line += "\(JSONValue.string(name).json()): ".utf8
        line += value
        line += "}\n".utf8
        return line
    }
}
