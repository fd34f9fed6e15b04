/// Where the first image of an animated PNG ends: what follows belongs to the others.
struct PNGFrames {
    private var count: Int?
    private var hasControl = false
    private var isAnimated: Bool?
    /// Whether the chunk that was added last, or one before, begins the second image.
    private(set) var isSecond = false

    /// Takes in the next chunk.
    mutating func add(type: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer) {
        if type.starts(with: "IDAT"), isAnimated == nil {
            // An image without frame control is shown where animations are not, and comes on top of the frames.
            isAnimated = count.map { $0 + (hasControl ? 0 : 1) > 1 } ?? false
        } else if type.starts(with: "fcTL") {
            hasControl = hasControl || payload.count >= 26
            isSecond = isSecond || isAnimated == true
        } else if type.starts(with: "acTL"), payload.count >= 8 {
            // A second such chunk makes an animation none.
            guard count == nil else { return count = nil }
            let stated = ByteReader(bytes: payload).uint32(at: 0).map(Int.init) ?? 0
            if (1...0x8000_0000).contains(stated) { count = stated }
        }
    }
}
