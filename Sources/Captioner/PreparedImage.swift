package import CaptionerImageProcessing

/// An image, decoded and processed.
package struct ProcessedImage: Sendable {
    package let pixelValues: [Float]  // [3, S, S], of an image in tiles [N, 3, S, S]
    /// Nil for a model that sees one square.
    package let grid: TileGrid?
    /// What was wrong with its file although it could be read.
    package let note: String?
}

/// An image and a prompt, ready for the model; or several images that a prompt is about.
package struct PreparedImage: Sendable {
    package let pixelValues: [Float]  // [3, S, S], of images in tiles [N, 3, S, S]
    /// How each image is cut into tiles; none for a model that sees one square.
    package let grids: [TileGrid]
    /// The token ids of what the caption continues, begin token included, and the places of tiles.
    package let prompt: [Int]
    let path: String?
    let note: String?

    /// How many images it counts as: several in tiles count by the number of their tiles.
    var weight: Int { max((grids.map(\.count).reduce(0, +) + TileGrid.most - 1) / TileGrid.most, 1) }

    /// A number that the pixels alone decide, so that what is drawn for an image does not depend on its place: the
    /// 64-bit FNV-1a hash, a word at a time.
    var seed: UInt64 {
        pixelValues.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1.bitPattern)) &* 0x100_0000_01B3 }
    }
}
