/// A string that equals another only if the bytes do.
///
/// Swift takes `é` for equal to `e` with an accent, which tokens must not be, and hashing bytes is several times
/// faster.
struct ExactString: Hashable {
    private var string: String

    init(_ string: String) {
        self.string = string
        self.string.makeContiguousUTF8()
    }

    static func == (left: ExactString, right: ExactString) -> Bool { left.string.utf8.elementsEqual(right.string.utf8) }

    func hash(into hasher: inout Hasher) {
        string.utf8.withContiguousStorageIfAvailable { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
