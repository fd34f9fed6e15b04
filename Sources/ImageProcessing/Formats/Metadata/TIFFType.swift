/// How the values of an entry of a TIFF directory are stored: the types of TIFF 6.0 and, of those that came later, the
/// ones that Pillow knows.
enum TIFFType: UInt16, CaseIterable {
    case byte = 1
    case ascii = 2
    case short = 3
    case long = 4
    case rational = 5
    case signedByte = 6
    case undefined = 7
    case signedShort = 8
    case signedLong = 9
    case signedRational = 10
    case float = 11
    case double = 12
    case directory = 13
    case long8 = 16

    /// Bytes that one value takes.
    var size: Int {
        switch self {
        case .byte, .ascii, .signedByte, .undefined: 1
        case .short, .signedShort: 2
        case .long, .signedLong, .float, .directory: 4
        case .rational, .signedRational, .double, .long8: 8
        }
    }

    /// The value at `offset` if it is a whole number, in whatever way it is stored. Text and bytes, which Pillow keeps
    /// as they are, are no numbers.
    func wholeNumber(in reader: ByteReader, at offset: Int, bigEndian: Bool) -> Int? {
        func stored<Integer: FixedWidthInteger & BitwiseCopyable>(
            _ type: Integer.Type, behind distance: Int = 0
        ) -> Int? {
            guard let value = reader.integer(type, at: offset + distance, bigEndian: bigEndian) else { return nil }
            return Int(exactly: value)
        }
        func quotient<Integer: FixedWidthInteger & BitwiseCopyable>(of type: Integer.Type) -> Int? {
            // Of 32 bits each, so that no quotient of 64 bits overflows.
            guard let numerator = stored(type), let denominator = stored(type, behind: 4), denominator != 0,
                numerator % denominator == 0
            else { return nil }
            return numerator / denominator
        }
        switch self {
        case .byte, .ascii, .undefined: return nil
        case .short: return stored(UInt16.self)
        case .long, .directory: return stored(UInt32.self)
        case .long8: return stored(UInt64.self)
        case .signedByte: return stored(Int8.self)
        case .signedShort: return stored(Int16.self)
        case .signedLong: return stored(Int32.self)
        case .rational: return quotient(of: UInt32.self)
        case .signedRational: return quotient(of: Int32.self)
        case .float:
            return reader.uint32(at: offset, bigEndian: bigEndian).flatMap { Int(exactly: Float(bitPattern: $0)) }
        case .double:
            return reader.integer(UInt64.self, at: offset, bigEndian: bigEndian)
                .flatMap { Int(exactly: Double(bitPattern: $0)) }
        }
    }
}
