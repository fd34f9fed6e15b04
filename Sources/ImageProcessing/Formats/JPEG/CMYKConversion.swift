/// Cyan, magenta, yellow and black to RGB by Pillow's arithmetic.
enum CMYKConversion {
    /// Converts the samples of a JPEG, in which 255 means no ink.
    ///
    /// Adobe's programs write CMYK that way round. Pillow takes every JPEG of four components for one of theirs, marked
    /// as such or not, and so does this.
    /// - Parameter samples: `[H * W, 4]`
    /// - Returns: `[H * W, 3]`
    static func rgb(invertedCMYK samples: [UInt8]) -> [UInt8] {
        let pixelCount = samples.count / 4
        return [UInt8](unsafeUninitializedCapacity: pixelCount * 3) { rgb, initializedCount in
            samples.withUnsafeBufferPointer { samples in
                for pixel in 0..<pixelCount {
                    let black = Int32(samples[pixel &* 4 &+ 3])
                    for channel in 0..<3 {
                        // ink = 255 - sample; what the black lets through, less the share that the ink takes of it
                        let product = black &* (255 &- Int32(samples[pixel &* 4 &+ channel])) &+ 128
                        let taken = ((product >> 8) &+ product) >> 8
                        rgb[pixel &* 3 &+ channel] = UInt8(truncatingIfNeeded: max(black &- taken, 0))
                    }
                }
            }
            initializedCount = pixelCount * 3
        }
    }
}
