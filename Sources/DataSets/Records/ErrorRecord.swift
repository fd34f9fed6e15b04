package import CaptionerJSON

/// A line of `OUTPUT.errors.jsonl`: `{"index": N, "id": ..., "image": PATH, "stage": ..., "message": ...}`.
///
/// There is one for each image that has no caption, and for each sample that is not as it should be.
package struct ErrorRecord: Sendable, Equatable {
    /// The place of the image or sample in the whole input, from 0.
    package let index: Int
    package let id: JSONValue?
    package let image: String?
    package let stage: String
    package let message: String

    package init(_ failure: ItemFailure, of item: Item, image: String? = nil) {
        index = item.index
        id = item.id
        self.image = image
        stage = failure.stage.rawValue
        message = failure.message
    }

    /// - Throws: `JSONError` for what is no such line.
    package init(line: [UInt8]) throws(JSONError) {
        let value = try JSONParser.parse(line, .row)
        guard let index = value["index"]?.integer, let stage = value["stage"]?.text else {
            throw JSONError(offset: 0, message: "no error record")
        }
        self.index = index
        id = value["id"]
        image = value["image"]?.text
        self.stage = stage
        message = value["message"]?.text ?? "no message"
    }

    /// What many records may have in common: the stage and the message without paths and details in brackets, and with
    /// N for numbers.
    package var cause: String { "\(stage): \(ErrorCause.text(of: message))" }

    package var line: String {
        var members = [JSONMember("index", .integer(index))]
        if let id { members.append(JSONMember("id", id)) }
        if let image { members.append(JSONMember("image", .string(image))) }
        members += [JSONMember("stage", .string(stage)), JSONMember("message", .string(message))]
        return JSONValue.object(members).json() + "\n"
    }
}

/// What messages about different files have in common. Records come by the million, and messages hold what files are
/// called: the time is linear in their length.
enum ErrorCause {
    /// The message without the path that it begins with, without what is between brackets, from the first to the
    /// last, and with N for numbers.
    package static func text(of message: String) -> String {
        var bytes = Array(message.utf8)[...]
        if bytes.starts(with: "cannot read ".utf8) || bytes.starts(with: "cannot write ".utf8),
            let colon = bytes.lastStart(of: [UInt8(ascii: ":"), UInt8(ascii: " ")])
        {
            bytes = bytes[(colon + 2)...]
        }
        if let open = bytes.firstStart(of: [UInt8(ascii: " "), UInt8(ascii: "(")]),
            let close = bytes[open...].lastIndex(of: UInt8(ascii: ")"))
        {
            bytes = (bytes[..<open] + bytes[(close + 1)...])[...]
        }
        var result: [UInt8] = []
        // A number that is part of a word, as in UTF-8, is kept.
        var isWord = false
        var isNumber = false
        for byte in bytes {
            let isDigit = (0x30...0x39).contains(byte)
            if !isDigit || isWord { result.append(byte) } else if !isNumber { result.append(UInt8(ascii: "N")) }
            isNumber = isDigit && !isWord
            isWord = (0x41...0x5A).contains(byte & 0xDF) || isWord && (isDigit || byte == UInt8(ascii: "-"))
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension ArraySlice<UInt8> {
    fileprivate func firstStart(of pair: [UInt8]) -> Int? {
        indices.dropLast().first { self[$0] == pair[0] && self[$0 + 1] == pair[1] }
    }

    fileprivate func lastStart(of pair: [UInt8]) -> Int? {
        indices.dropLast().last { self[$0] == pair[0] && self[$0 + 1] == pair[1] }
    }
}
