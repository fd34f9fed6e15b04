/// What is made of transparency.
package enum TransparencyRule: Sendable, Equatable {
    /// Alpha is dropped: a transparent pixel has the colour that is stored for it, as in Pillow's `convert("RGB")`.
    case drop
    /// The image is put on white, as Pillow's `alpha_composite` does, bit for bit.
    case white
}

extension RGBImage {
    /// The image by a rule, without transparency.
    package func flattened(_ rule: TransparencyRule) -> RGBImage {
        guard let alpha, rule == .white else { return self }
        let samples = [UInt8](unsafeUninitializedCapacity: bytes.count) { target, initializedCount in
            for (pixel, alpha) in alpha.enumerated() {
                for sample in (3 * pixel)..<(3 * pixel + 3) {
                    // Products of 7 more bits, divided by 255 and rounded.
                    let sum = (Int(bytes[sample]) * Int(alpha) + 255 * (255 - Int(alpha)) + 128) << 7
                    target.initializeElement(at: sample, to: UInt8(truncatingIfNeeded: ((sum >> 8) + sum) >> 15))
                }
            }
            initializedCount = bytes.count
        }
        return RGBImage(
            decodedWidth: width, height: height, bytes: samples, note: note, isTruncated: isTruncated)
    }
}
