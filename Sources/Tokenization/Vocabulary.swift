import CaptionerJSON

/// Tokens by id and ids by token.
struct Vocabulary: Sendable {
    /// The highest id that is accepted, which keeps the table by id at a size that any machine can hold.
    static let maximumID = 1 << 22 - 1

    private var tokens: [String?] = []
    private var ids: [ExactString: Int]

    init(_ ids: [ExactString: Int]) throws(TokenizerRejection) {
        self.ids = ids
        tokens.reserveCapacity(min(ids.count, Self.maximumID))
        for (token, id) in ids { try place(token.string, id: id) }
    }

    /// The number of tokens.
    var count: Int { ids.count }

    /// All ids are below.
    var idLimit: Int { tokens.count }

    func token(for id: Int) -> String? { tokens.indices.contains(id) ? tokens[id] : nil }

    func id(for token: String) -> Int? { ids[ExactString(token)] }

    /// The ids of the tokens that are one character.
    var characterIDs: [Unicode.Scalar: Int32] {
        var result: [Unicode.Scalar: Int32] = [:]
        for (id, token) in tokens.enumerated() {
            guard let token, let scalar = token.unicodeScalars.first, token.unicodeScalars.dropFirst().isEmpty else {
                continue
            }
            // Below 2^31, see `maximumID`.
            result[scalar] = Int32(truncatingIfNeeded: id)
        }
        return result
    }

    /// Adds a token. Nothing changes when it is there already with the same id.
    mutating func insert(_ token: String, id: Int) throws(TokenizerRejection) {
        if let known = self.id(for: token) {
            guard known == id else { throw TokenizerRejection("token \"\(token)\" has the ids \(known) and \(id)") }
            return
        }
        try place(token, id: id)
        ids[ExactString(token)] = id
    }

    private mutating func place(_ token: String, id: Int) throws(TokenizerRejection) {
        guard (0...Self.maximumID).contains(id) else {
            throw TokenizerRejection("the id \(id) of token \"\(token)\" is not in 0...\(Self.maximumID)")
        }
        if let other = self.token(for: id) {
            throw TokenizerRejection("the tokens \"\(other)\" and \"\(token)\" have the same id, \(id)")
        }
        if id >= tokens.count { tokens.append(contentsOf: repeatElement(nil, count: id + 1 - tokens.count)) }
        tokens[id] = token
    }
}
