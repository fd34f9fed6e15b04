/// A string that equals another only if their UTF-8 does.
///
/// Swift's `String` compares by canonical equivalence: a composed `é` equals an `e` followed by an accent. File names, ids,
/// keys and tokens are bytes, and two of them that look the same to a person are still two.
package struct ExactString: Hashable, Sendable {
    package let string: String

    package init(_ string: String) {
        var string = string
        // Hashing and comparing want the bytes in one piece; a string from elsewhere may not have them so.
        string.makeContiguousUTF8()
        self.string = string
    }

    package init(_ string: some StringProtocol) { self.init(String(string)) }

    package static func == (left: ExactString, right: ExactString) -> Bool {
        // Most of two hundred thousand tokens that are compared differ in length.
        guard left.string.utf8.count == right.string.utf8.count else { return false }
        let isSame = left.string.utf8.withContiguousStorageIfAvailable { left in
            right.string.utf8.withContiguousStorageIfAvailable { right in left.elementsEqual(right) }
        }
        return (isSame ?? nil) ?? left.string.hasSameBytes(as: right.string)
    }

    package func hash(into hasher: inout Hasher) {
        string.utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}

extension ExactString: Comparable {
    /// By bytes, which for UTF-8 is the order of Unicode scalars.
    package static func < (left: ExactString, right: ExactString) -> Bool {
        left.string.utf8.lexicographicallyPrecedes(right.string.utf8)
    }
}

extension ExactString: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self.init(value) }
}

extension ExactString: CustomStringConvertible {
    package var description: String { string }
}

extension StringProtocol {
    /// Whether another text has the same UTF-8.
    package func hasSameBytes(as other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }
}
