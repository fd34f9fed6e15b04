/// A chunk tEXt, zTXt or iTXt under one of the keywords that have to do with orientation, read as Pillow reads it.
struct PNGText {
    let keyword: Keyword
    /// The text, unpacked, in the chunk's own encoding.
    let bytes: [UInt8]
    let kind: Kind

    enum Keyword: String, CaseIterable {
        case exif
        case rawProfile = "Raw profile type exif"
        case xmp = "XML:com.adobe.xmp"
        /// No keyword that anybody writes, but the name under which Pillow keeps another form of XMP.
        case otherXMP = "xmp"
    }

    enum Kind: Equatable {
        /// tEXt, bytes as they are.
        case plain
        /// zTXt
        case compressed
        /// iTXt, and whether it is UTF-8 throughout as it should be.
        case international(isValid: Bool)
    }

    /// How long an unpacked text may be.
    static let lengthLimit = 1 << 20

    /// - Parameter budget: how many bytes may yet be unpacked; what was unpacked is taken off.
    /// - Returns: `nil` when this is another chunk, one with another keyword or one that Pillow passes over.
    init?(type: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer, budget: inout Int) {
        let isPlain = type.starts(with: "tEXt")
        let isCompressed = type.starts(with: "zTXt")
        guard isPlain || isCompressed || type.starts(with: "iTXt") else { return nil }
        var rest = payload[...]
        guard let keywordBytes = Self.part(of: &rest) ?? (isPlain || isCompressed ? rest : nil),
            let keyword = Keyword.allCases.first(where: { $0.rawValue.utf8.elementsEqual(keywordBytes) })
        else { return nil }
        self.keyword = keyword
        if keywordBytes.count == payload.count { rest = rest[rest.endIndex...] }

        if isPlain {
            (bytes, kind) = (Array(rest), .plain)
        } else if isCompressed {
            // Pillow refuses an image with a method that is none.
            guard rest.first ?? 0 == 0 else { return nil }
            (bytes, kind) = (Self.inflated(rest.dropFirst(), budget: &budget) ?? [], .compressed)
        } else {
            guard let isPacked = rest.popFirst(), let method = rest.popFirst(), let language = Self.part(of: &rest),
                let translatedKeyword = Self.part(of: &rest)
            else { return nil }
            if isPacked == 0 {
                bytes = Array(rest)
            } else {
                guard method == 0, let text = Self.inflated(rest, budget: &budget) else { return nil }
                bytes = text
            }
            kind = .international(
                isValid: [Array(language), Array(translatedKeyword), bytes].allSatisfy {
                    String(validating: $0, as: UTF8.self) != nil
                })
        }
    }

    /// The bytes before the next zero, `rest` left after it; `nil` when there is no zero.
    private static func part(of rest: inout Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer>? {
        guard let end = rest.firstIndex(of: 0) else { return nil }
        defer { rest = rest[(end + 1)...] }
        return rest[..<end]
    }

    private static func inflated(_ stream: Slice<UnsafeRawBufferPointer>, budget: inout Int) -> [UInt8]? {
        guard budget > 0 else { return nil }
        let text = Inflation.inflated(UnsafeRawBufferPointer(rebasing: stream), limit: lengthLimit)
        budget -= text?.count ?? lengthLimit
        return text
    }
}
