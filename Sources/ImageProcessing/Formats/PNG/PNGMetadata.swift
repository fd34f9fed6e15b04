/// What the chunks of a PNG say about its orientation, kept as Pillow keeps it: in places that have names, where what
/// comes later replaces what came before.
struct PNGMetadata {
    private var exif: [UInt8]?
    private var rawProfile: [UInt8]?
    /// XMP that is UTF-8, and XMP whatever its encoding, which is asked only for want of the other.
    private var xmp: [UInt8] = []
    private var otherXMP: [UInt8] = []
    private var frames = PNGFrames()
    // Pillow refuses images with more text. One that is refused for texts takes no more time than others here.
    private var textBudget = 64 << 20

    /// The placeholder of EXIF at which Pillow raises.
    private static let noTIFF: [UInt8] = [0]

    /// Takes in the next chunk; all but those that matter here are passed over.
    mutating func add(type: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer) {
        frames.add(type: type, payload: payload)
        // Pillow reads no further than its first image.
        guard !frames.isSecond else { return }
        if type.starts(with: "eXIf") {
            exif = Array(payload)
        } else if let text = PNGText(type: type, payload: payload, budget: &textBudget) {
            add(text)
        }
    }

    /// How the image must be turned, when no more chunks come.
    var orientation: EXIFOrientation {
        let profile = rawProfile.map { RawProfile.bytes(of: $0) ?? Self.noTIFF }
        return EXIFOrientation(exif: exif ?? profile ?? [], xmp: xmp.isEmpty ? otherXMP : xmp)
    }

    private mutating func add(_ text: PNGText) {
        // International XMP is kept twice, and that which is not UTF-8 once.
        if text.keyword == .xmp, case .international = text.kind { otherXMP = text.bytes }
        guard text.kind != .international(isValid: false) else { return }
        switch text.keyword {
        case .rawProfile: rawProfile = text.bytes
        case .xmp: xmp = text.bytes
        // Where Pillow expects bytes, it raises at a string that is not empty.
        case .exif: exif = text.kind == .plain || text.bytes.isEmpty ? text.bytes : Self.noTIFF
        case .otherXMP: otherXMP = []
        }
    }
}
