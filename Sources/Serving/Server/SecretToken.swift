#if Server
    /// A token that is compared in a time that says nothing of it.
    struct SecretToken: Sendable {
        private let bytes: [UInt8]

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        /// Whether a header Authorization bears it.
        func isBorne(by header: String?) -> Bool {
            let scheme = "bearer "
            guard let header, header.utf8.count > scheme.utf8.count,
                header.utf8.prefix(scheme.utf8.count).map({ $0 | 0x20 }) == Array(scheme.utf8)
            else { return false }
            return isEqual(to: Array(header.utf8.dropFirst(scheme.utf8.count)))
        }

        func isEqual(to given: [UInt8]) -> Bool {
            // Its length is no secret, its bytes are: all are looked at.
            guard given.count == bytes.count else { return false }
            return zip(given, bytes).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
        }
    }
#endif
