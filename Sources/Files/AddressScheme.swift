/// Distinguishes addresses from paths.
package enum AddressScheme {
    /// The scheme of an address in lower case; nil for a path. A name such as `a:b.jpg` is a path.
    package static func of(_ reference: String) -> String? {
        let bytes = reference.utf8
        guard let first = bytes.first, isLetter(first),
            let colon = bytes.prefix(32).firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        let name = bytes[..<colon]
        guard name.allSatisfy({ isLetter($0) || (0x30...0x39).contains($0) || "+-.".utf8.contains($0) }) else {
            return nil
        }
        let scheme = String(decoding: name.map { $0 | ((0x41...0x5A).contains($0) ? 0x20 : 0) }, as: UTF8.self)
        let rest = bytes[bytes.index(after: colon)...]
        switch scheme {
        case "data": return rest.prefix(256).contains(UInt8(ascii: ",")) ? scheme : nil
        case "file": return rest.first == UInt8(ascii: "/") ? scheme : nil
        default: return rest.starts(with: "//".utf8) ? scheme : nil
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }
}
