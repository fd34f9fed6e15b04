/// The header of a member of a tar archive: a block of 512 bytes, as POSIX (ustar), GNU tar and the seventh edition of Unix
/// write it.
struct TarHeader {
    static let blockSize = 512

    private let block: [UInt8]
    /// How many bytes of contents follow, the padding to whole blocks left out.
    let size: Int
    let kind: UInt8

    /// - Returns: nil for what is no header, as its checksum shows.
    init?(_ block: [UInt8]) {
        guard block.count == Self.blockSize, let checksum = Self.number(block[Self.checksumField]),
            Self.checksums(block).contains(checksum), let size = Self.number(block[Self.sizeField])
        else { return nil }
        self.block = block
        self.size = size
        kind = block[156]
    }

    private static let nameField = 0..<100
    private static let modeField = 100..<108
    private static let sizeField = 124..<136
    private static let checksumField = 148..<156
    private static let linkField = 157..<257
    private static let magicField = 257..<265
    private static let prefixField = 345..<500
    /// Where a file has holes, whether more about that follows, and its size with them, in GNU's own format.
    private static let mapField = 386..<495

    private var isPOSIX: Bool { block[Self.magicField].starts(with: Array("ustar\0".utf8)) }

    /// The member's name, without what extended headers say.
    var name: [UInt8] {
        let name = Self.text(block[Self.nameField])
        guard isPOSIX else { return name }
        // What follows the prefix in the archives of star.
        let isStar = block[508...].elementsEqual(Array("tar\0".utf8))
        let prefix = Self.text(block[isStar ? 345..<476 : Self.prefixField])
        return prefix.isEmpty ? name : prefix + [UInt8(ascii: "/")] + name
    }

    /// Whether what follows is the contents of a file. Early archives mark folders by a slash.
    func isFile(named name: [UInt8]) -> Bool {
        [0, UInt8(ascii: "0"), UInt8(ascii: "7"), Self.sparseKind].contains(kind) && name.last != UInt8(ascii: "/")
    }

    /// Whether it is another name of a file, or leads to one.
    var isLink: Bool { [UInt8(ascii: "1"), UInt8(ascii: "2")].contains(kind) }

    /// Of a file with holes in GNU's own format.
    static let sparseKind = UInt8(ascii: "S")

    /// Whether what follows says something about the header after it, and what it says.
    var isExtended: Bool { isPAX || kind == UInt8(ascii: "L") || kind == UInt8(ascii: "K") }

    var isPAX: Bool { kind == UInt8(ascii: "x") || kind == UInt8(ascii: "X") }

    /// Whether contents follow: links, devices, folders and pipes have none, whatever size is given.
    var hasContents: Bool { !(UInt8(ascii: "1")...UInt8(ascii: "6")).contains(kind) }

    /// Headers of a file that has the owner, the mode and the time of this one, and another name or size.
    ///
    /// A name that has no place in a block gets an extended header, as the archive's kind has it.
    func headers(name: [UInt8]?, size: Int) -> [UInt8] {
        var block = block
        var extended: [UInt8] = []
        if let name {
            block.replaceSubrange(Self.nameField, with: Self.padded(name, 100))
            if isPOSIX { block.replaceSubrange(Self.prefixField, with: [UInt8](repeating: 0, count: 155)) }
            if name.count > 100 { extended = isPOSIX ? Self.paxHeader(name) : Self.longName(name) }
        }
        if isLink { block.replaceSubrange(Self.linkField, with: [UInt8](repeating: 0, count: 100)) }
        // Symbolic links have a mode that allows everything.
        if kind == UInt8(ascii: "2") { block.replaceSubrange(Self.modeField, with: Array("0000644\0".utf8)) }
        if kind == Self.sparseKind, !isPOSIX {
            block.replaceSubrange(Self.mapField, with: [UInt8](repeating: 0, count: Self.mapField.count))
        }
        block[156] = UInt8(ascii: "0")
        return extended + Self.sealed(block, size: size)
    }

    private static func longName(_ name: [UInt8]) -> [UInt8] {
        var block = padded(Array("././@LongLink".utf8), blockSize)
        block[156] = UInt8(ascii: "L")
        block.replaceSubrange(magicField, with: Array("ustar  \0".utf8))
        let contents = name + [0]
        return sealed(block, size: contents.count) + contents + TarContents.padding(contents.count)
    }

    private static func paxHeader(_ name: [UInt8]) -> [UInt8] {
        var block = padded(Array("././@PaxHeader".utf8), blockSize)
        block[156] = UInt8(ascii: "x")
        block.replaceSubrange(magicField, with: Array("ustar\u{0}00".utf8))
        let contents = PAXRecords.record("path", name)
        return sealed(block, size: contents.count) + contents + TarContents.padding(contents.count)
    }

    /// An extended header with other contents.
    func extended(_ contents: [UInt8]) -> [UInt8] {
        Self.sealed(block, size: contents.count) + contents + TarContents.padding(contents.count)
    }

    private static func sealed(_ block: [UInt8], size: Int) -> [UInt8] {
        var block = block
        block.replaceSubrange(sizeField, with: octal(size, 11) + [0])
        let checksum = checksums(block)[0]
        block.replaceSubrange(checksumField, with: octal(checksum, 6) + [0, 0x20])
        return block
    }

    private static func octal(_ number: Int, _ digits: Int) -> [UInt8] {
        let text = Array(String(number, radix: 8).utf8)
        return [UInt8](repeating: UInt8(ascii: "0"), count: max(digits - text.count, 0)) + text.suffix(digits)
    }

    private static func padded(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
        bytes.prefix(count) + [UInt8](repeating: 0, count: max(count - bytes.count, 0))
    }

    /// The sum of the bytes with spaces in place of the sum, and the same of signed bytes, which some programs wrote.
    private static func checksums(_ block: [UInt8]) -> [Int] {
        let others = block.indices.filter { !checksumField.contains($0) }
        let spaces = checksumField.count * 0x20
        return [
            others.reduce(spaces) { $0 + Int(block[$1]) },
            others.reduce(spaces) { $0 + Int(Int8(bitPattern: block[$1])) },
        ]
    }

    private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

    /// A number in octal digits, or in binary after a first byte of 0x80.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        if field.first == 0x80 {
            return field.dropFirst().reduce(0) { sum, byte in
                sum.flatMap { $0 > Int.max >> 10 ? nil : $0 << 8 | Int(byte) }
            }
        }
        let digits = field.prefix { $0 != 0 }.drop { $0 == 0x20 }
        let end = digits.firstIndex(of: 0x20) ?? digits.endIndex
        guard digits[end...].allSatisfy({ $0 == 0x20 }), digits[..<end].count <= 12 else { return nil }
        return digits[..<end].reduce(0) { sum, digit in
            sum.flatMap { (0x30...0x37).contains(digit) ? $0 << 3 | Int(digit - 0x30) : nil }
        }
    }
}
