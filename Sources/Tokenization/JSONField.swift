import CaptionerJSON

/// A value of a JSON file together with its place, so that what is wrong with it can be reported.
struct JSONField {
    let value: JSONValue
    /// As in `model.merges[12]`; empty for the document as a whole.
    let path: String

    /// A member that is there and not null.
    func optional(_ key: String) throws(TokenizerRejection) -> JSONField? {
        guard let members = value.members else { throw mismatch("an object") }
        guard let value = members.value(of: key), !value.isNull else { return nil }
        return JSONField(value: value, path: Self.join(path, key))
    }

    /// A member that must be there. Null is left to the question for its contents.
    func required(_ key: String) throws(TokenizerRejection) -> JSONField {
        guard let members = value.members else { throw mismatch("an object") }
        let path = Self.join(path, key)
        guard let value = members.value(of: key) else {
            throw TokenizerRejection("this key is missing", keyPath: path)
        }
        return JSONField(value: value, path: path)
    }

    func string() throws(TokenizerRejection) -> String {
        guard let text = value.text else { throw mismatch("a string") }
        return text
    }

    func bool() throws(TokenizerRejection) -> Bool {
        guard case .bool(let truth) = value else { throw mismatch("true or false") }
        return truth
    }

    func double() throws(TokenizerRejection) -> Double {
        guard let number = value.double else { throw mismatch("a number") }
        return number
    }

    func integer() throws(TokenizerRejection) -> Int {
        guard let number = value.integer else { throw mismatch("an integer of 64 bits") }
        return number
    }

    func elements() throws(TokenizerRejection) -> [JSONField] {
        guard let elements = value.elements else { throw mismatch("an array") }
        return elements.enumerated().map { JSONField(value: $1, path: "\(path)[\($0)]") }
    }

    /// The members of an object, the last of those with one name, in the order in which the names first appear, which
    /// is that of Python's `dict`.
    func members() throws(TokenizerRejection) -> [(key: ExactString, field: JSONField)] {
        guard let members = value.members else { throw mismatch("an object") }
        var places: [ExactString: Int] = [:]
        var result: [(key: ExactString, field: JSONField)] = []
        for member in members {
            let field = JSONField(value: member.value, path: Self.join(path, member.key.string))
            if let place = places[member.key] {
                result[place].field = field
            } else {
                places[member.key] = result.count
                result.append((member.key, field))
            }
        }
        return result
    }

    /// An object of ids by token. Paths, of which a vocabulary would need tens of thousands, are made for errors only.
    func ids() throws(TokenizerRejection) -> [ExactString: Int] {
        guard let members = value.members else { throw mismatch("an object") }
        var ids: [ExactString: Int] = [:]
        ids.reserveCapacity(members.count)
        for member in members {
            guard let id = member.value.integer else {
                let field = JSONField(value: member.value, path: Self.join(path, member.key.string))
                throw field.mismatch("an integer of 64 bits")
            }
            ids[member.key] = id
        }
        return ids
    }

    private func mismatch(_ expected: String) -> TokenizerRejection {
        TokenizerRejection("expected \(expected), found \(value.kind)", keyPath: path)
    }

    private static func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}

extension JSONField {
    /// What a member says, or nil where it is not there or null.
    func optionalBool(_ key: String) throws(TokenizerRejection) -> Bool? { try optional(key)?.bool() }

    /// What a member says, or nil where it is not there or null.
    func optionalString(_ key: String) throws(TokenizerRejection) -> String? { try optional(key)?.string() }
}
