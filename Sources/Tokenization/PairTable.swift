/// A number for each of some pairs of ids: a hash table with open addressing.
///
/// Looking pairs up is most of the work of encoding. The pairs are not chosen to collide, and half of the places stay free, so that a
/// simpler hash than the standard library's will do.
struct PairTable: Sendable {
    private struct Entry {
        var key: UInt64
        var value: Int32
    }

    /// Of no pair, as ids are not negative.
    private static let freeKey = UInt64.max

    private var entries: [Entry]
    private let shift: UInt64

    /// - Parameter capacity: more pairs than this must not come.
    init(capacity: Int) {
        var bits: UInt64 = 4
        while 1 << bits < 2 * capacity { bits += 1 }
        entries = Array(repeating: Entry(key: Self.freeKey, value: -1), count: 1 << bits)
        shift = 64 - bits
    }

    /// The number of a pair, -1 when it has none. Setting it replaces it.
    subscript(left: Int32, right: Int32) -> Int32 {
        get { entries[place(of: Self.key(left, right))].value }
        set {
            let key = Self.key(left, right)
            entries[place(of: key)] = Entry(key: key, value: newValue)
        }
    }

    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    /// Where a key is or would go. Multiplied by an odd number close to 2^64 divided by the golden ratio (Knuth, volume 3,
    /// 6.4), its upper bits scatter.
    private func place(of key: UInt64) -> Int {
        var hash = key ^ key >> 29
        hash = hash &* 0x9E37_79B9_7F4A_7C15
        var place = Int(truncatingIfNeeded: hash >> shift)
        while entries[place].key != key, entries[place].key != Self.freeKey {
            place = (place + 1) & (entries.count - 1)
        }
        return place
    }
}
