package import CaptionerImageProcessing
import Foundation

/// The 64 bits by which imagededup's `PHash`, and with it Data-Juicer's `image_deduplicator`, recognises images that look
/// alike: whether each of the 8 x 8 lowest frequencies of the image, made 32 x 32 and grey, is at least their median.
///
/// Bits may be others than imagededup's where frequencies are equal but for rounding errors, as in an image that is its
/// own mirror image about the diagonal; they are the same for equal images.
package struct PerceptualHash: Hashable, Sendable {
    /// The first bit, that of the mean, is the highest.
    package let bits: UInt64

    /// 16 hexadecimal digits, as imagededup writes them.
    package var hexadecimal: String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    package init(_ image: RGBImage) {
        let small = image.resized(width: Self.size, height: Self.size, filter: .lanczos)
        let grey = (0..<Self.size * Self.size).map { pixel -> Double in
            func sample(_ channel: Int) -> Int { Int(small.bytes[pixel * 3 + channel]) }
            // Pillow's weights of `convert("L")`, in 16 bits.
            let weighted: Int = sample(0) * 19595 + sample(1) * 38470 + sample(2) * 7471
            return Double((weighted + 0x8000) >> 16)
        }
        let frequencies = Self.lowFrequencies(grey)
        let sorted = frequencies.dropFirst().sorted()
        let median = sorted[sorted.count / 2]
        bits = frequencies.reduce(0) { $0 << 1 | ($1 >= median ? 1 : 0) }
    }

    private static let size = 32
    private static let count = 8

    /// Of each frequency its cosine at each pixel, `[count, size]`.
    private static let cosines = (0..<count).map { frequency in
        (0..<size).map { cos(.pi * Double(frequency) * (Double($0) + 0.5) / Double(size)) }
    }

    /// What is less is a rounding error: of a frequency that an image has, grey levels being whole numbers, there is more.
    private static let noise = 1e-6

    /// The first coefficients of the two-dimensional DCT-II, without a scale, which no comparison needs. Frequencies that
    /// an image lacks (one colour, stripes) are exactly zero, as they are in scipy's fast transform.
    /// - Parameter grey: `[size, size]`
    /// - Returns: `[count, count]`
    private static func lowFrequencies(_ grey: [Double]) -> [Double] {
        cosines.flatMap { vertical in
            let columns = (0..<size).map { x in
                (0..<size).reduce(0) { $0 + vertical[$1] * grey[$1 * size + x] }
            }
            return cosines.map { horizontal in
                let sum = zip(horizontal, columns).reduce(0) { $0 + $1.0 * $1.1 }
                return abs(sum) < noise ? 0 : sum
            }
        }
    }
}
