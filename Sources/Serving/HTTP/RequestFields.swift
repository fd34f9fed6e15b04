import Captioner
import CaptionerJSON
import Foundation

/// Fields of a request, whatever they were written as: members of an object, parts of a form, or a query.
struct RequestFields {
    private let members: [JSONMember]

    init(_ members: [JSONMember]) { self.members = members }

    /// Texts of a form or query. A number, `true` and `false` are meant as such where a field wants one.
    init(texts: [(name: String, text: String)]) {
        members = texts.map { JSONMember($0.name, .string($0.text)) }
    }

    /// What is in an object under a name, with nothing for null.
    subscript(name: String) -> JSONValue? {
        guard let value = members.value(of: name), !value.isNull else { return nil }
        return value
    }

    func text(_ name: String) throws(ServiceError) -> String? {
        guard let value = self[name] else { return nil }
        guard let text = value.text else { throw .invalid("\(name) is \(value.kind), expected a string", field: name) }
        return text
    }

    func integer(_ name: String) throws(ServiceError) -> Int? {
        guard let value = self[name] else { return nil }
        if let integer = value.integer ?? value.text.flatMap({ Int($0) }) { return integer }
        // 20.0 is what JavaScript and Python may make of 20.
        guard let number = number(value), number == number.rounded(), let integer = Int(exactly: number) else {
            throw .invalid("\(name) is \(value.kind), expected an integer", field: name)
        }
        return integer
    }

    func number(_ name: String) throws(ServiceError) -> Double? {
        guard let value = self[name] else { return nil }
        guard let number = number(value), number.isFinite else {
            throw .invalid("\(name) is \(value.kind), expected a number", field: name)
        }
        return number
    }

    func bool(_ name: String) throws(ServiceError) -> Bool? {
        guard let value = self[name] else { return nil }
        switch value {
        case .bool(let value): return value
        case .string("true"), .string("1"): return true
        case .string("false"), .string("0"): return false
        default: throw .invalid("\(name) is \(value.kind), expected true or false", field: name)
        }
    }

    private func number(_ value: JSONValue) -> Double? { value.double ?? value.text.flatMap(Double.init) }

    func object(_ name: String) throws(ServiceError) -> RequestFields? {
        guard let value = self[name] else { return nil }
        guard let members = value.members else {
            throw .invalid("\(name) is \(value.kind), expected an object", field: name)
        }
        return RequestFields(members)
    }

    func texts(_ name: String) throws(ServiceError) -> [String]? {
        // Of a form each field of the name is one.
        let values = members.filter { $0.key == ExactString(name) && !$0.value.isNull }.map(\.value)
        guard let last = values.last else { return nil }
        let elements = last.elements ?? values
        var texts: [String] = []
        for element in elements {
            guard let text = element.text else {
                throw .invalid("an element of \(name) is \(element.kind), expected a string", field: name)
            }
            texts.append(text)
        }
        return texts
    }
}

extension Captioner.GenerationOptions {
    /// Changes what fields ask for, under the names that transformers has.
    mutating func apply(_ fields: RequestFields, _ limits: ServiceLimits) throws(ServiceError) {
        if let count = try fields.integer("max_new_tokens") { maxNewTokens = count }
        if let count = try fields.integer("min_new_tokens") { minNewTokens = count }
        if let count = try fields.integer("num_beams") { numBeams = count }
        if let count = try fields.integer("num_return_sequences") { numReturnSequences = count }
        if let value = try fields.number("temperature") {
            // OpenAI's way of asking for greedy decoding; in transformers it is an error.
            if value == 0 { doSample = false } else { temperature = value }
        }
        if let value = try fields.bool("do_sample") { doSample = value }
        if let count = try fields.integer("top_k") { topK = count }
        if let value = try fields.number("top_p") { topP = value }
        if let value = try fields.number("min_p") { minP = value }
        if let value = try fields.integer("seed") { seed = UInt64(bitPattern: Int64(value)) }
        if let value = try fields.number("repetition_penalty") { repetitionPenalty = value }
        if let count = try fields.integer("no_repeat_ngram_size") { noRepeatNGramSize = count }
        if let value = try fields.number("length_penalty") { lengthPenalty = value }
        try check(limits)
    }

    /// Brings the length within the limits, and refuses what else is out of them.
    mutating func check(_ limits: ServiceLimits) throws(ServiceError) {
        maxNewTokens = min(maxNewTokens, limits.newTokens)
        minNewTokens = min(minNewTokens, max(maxNewTokens, 0))
        for (name, count) in [("num_beams", numBeams), ("num_return_sequences", numReturnSequences)]
        where count > limits.copies {
            throw .invalid("\(name) is \(count), at most \(limits.copies) are allowed", field: name)
        }
        do { try validate() } catch { throw ServiceError(invalidOption: error) }
    }
}

extension ServiceError {
    /// The library's message with the names that requests have: `top_p` for `topP`.
    init(invalidOption error: any Error) {
        self = .invalid(Self.named("\(error)"), field: (error as? CaptionerError)?.option.map(Self.named))
    }

    private static func named(_ message: String) -> String {
        message.replacing("noRepeatNGramSize", with: "no_repeat_ngram_size")
            .replacing(/[a-z]+(?:[A-Z][a-z]*)+/) { name in
                name.output.map { $0.isUppercase ? "_\($0.lowercased())" : "\($0)" }.joined()
            }
    }
}
