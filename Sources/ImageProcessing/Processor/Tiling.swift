/// The steps of transformers' `Idefics3ImageProcessor`: an image is scaled until its longer side has `longestEdge` pixels, larger or
/// smaller, and then to whole tiles.
package struct Tiling: Sendable, Equatable {
    /// Pixels of the longer side before the image is cut.
    package let longestEdge: Int
    /// Pixels along each side of a tile.
    package let tileEdge: Int
    /// Whether images are cut, rather than scaled to one tile.
    package let splits: Bool

    /// The size after the first step: as long as it is said, and even.
    private func scaled(_ size: ImageSize) -> ImageSize {
        let ratio = Double(size.width) / Double(size.height)
        func even(_ edge: Double) -> Int {
            let edge = Int(edge)
            return max(edge + edge % 2, 1)
        }
        return size.width >= size.height
            ? ImageSize(height: even(Double(longestEdge) / ratio), width: longestEdge)
            : ImageSize(height: longestEdge, width: even(Double(longestEdge) * ratio))
    }

    /// The size after the second step: whole tiles.
    private func whole(_ size: ImageSize) -> ImageSize {
        guard splits else { return ImageSize(height: tileEdge, width: tileEdge) }
        func tiles(_ edge: Int) -> Int { max((edge + tileEdge - 1) / tileEdge, 1) * tileEdge }
        let ratio = Double(size.width) / Double(size.height)
        if size.width >= size.height {
            let width = tiles(size.width)
            return ImageSize(height: tiles(Int(Double(width) / ratio)), width: width)
        }
        let height = tiles(size.height)
        return ImageSize(height: height, width: tiles(Int(Double(height) * ratio)))
    }

    /// How an image of a size is cut.
    package func grid(of size: ImageSize) -> TileGrid {
        let whole = whole(scaled(size))
        guard max(whole.width, whole.height) > tileEdge else { return TileGrid() }
        return TileGrid(rows: whole.height / tileEdge, columns: whole.width / tileEdge)
    }

    /// The tiles, row by row, and then the whole image; each step is rounded to 8 bits.
    func tiles(of image: RGBImage, filter: ResamplingFilter) -> [RGBImage] {
        func resized(_ image: RGBImage, _ size: ImageSize) -> RGBImage {
            image.resized(width: size.width, height: size.height, filter: filter)
        }
        let scaled = resized(image, scaled(image.size))
        let whole = resized(scaled, whole(scaled.size))
        let grid = grid(of: image.size)
        guard grid.rows > 0 else { return [whole] }
        var tiles: [RGBImage] = []
        for row in 0..<grid.rows {
            for column in 0..<grid.columns {
                tiles.append(whole.part(row: row * tileEdge, column: column * tileEdge, edge: tileEdge))
            }
        }
        return tiles + [resized(whole, ImageSize(height: tileEdge, width: tileEdge))]
    }
}

extension RGBImage {
    /// A square part.
    fileprivate func part(row: Int, column: Int, edge: Int) -> RGBImage {
        var samples: [UInt8] = []
        samples.reserveCapacity(edge * edge * 3)
        for line in row..<(row + edge) {
            let start = (line * width + column) * 3
            samples += bytes[start..<(start + edge * 3)]
        }
        return RGBImage(decodedWidth: edge, height: edge, bytes: samples, note: note, isTruncated: isTruncated)
    }
}
