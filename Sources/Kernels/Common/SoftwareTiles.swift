/// Tiles in memory, and their products in plain code: what every processor can run of a product with tiles.
public struct SoftwareTiles<Product: TileProduct>: TileRegisters {
    // Of sums, then activations, then weights.
    private var tiles = [[UInt8]](repeating: [UInt8](repeating: 0, count: Self.byteCount), count: 8)
    private var heights = [Int](repeating: 0, count: 8)
    private static var rowBytes: Int { 64 }
    private static var byteCount: Int { 16 * rowBytes }

    public init() {}

    public mutating func configure(rows: Int) {
        precondition((1...32).contains(rows), "SoftwareTiles: \(rows) rows")
        let (first, second) = (min(rows, 16), max(rows - 16, 0))
        heights = [first, first, second, second, first, second, 16, 16]
        for tile in 0..<8 { tiles[tile] = [UInt8](repeating: 0, count: Self.byteCount) }
    }

    public mutating func release() { heights = [Int](repeating: 0, count: 8) }

    public mutating func clear(_ shape: TileShape) {
        for tile in sums(shape) { tiles[tile] = [UInt8](repeating: 0, count: Self.byteCount) }
    }

    public mutating func loadSums(_ source: UnsafeRawPointer, stride: Int, _ shape: TileShape) {
        for tile in sums(shape) { load(tile, source + offset(of: tile, stride), stride: stride) }
    }

    public mutating func storeSums(_ target: UnsafeMutableRawPointer, stride: Int, _ shape: TileShape) {
        for tile in sums(shape) {
            for row in 0..<heights[tile] {
                for byte in 0..<Self.rowBytes {
                    target.storeBytes(
                        of: tiles[tile][row * Self.rowBytes + byte],
                        toByteOffset: offset(of: tile, stride) + row * stride + byte, as: UInt8.self)
                }
            }
        }
    }

    public mutating func multiplyAdd(
        _ activations: UnsafeRawPointer, rowStride: Int, _ weights: UnsafeRawPointer, groupStride: Int,
        _ shape: TileShape
    ) {
        load(4, activations, stride: rowStride)
        if shape.isTall { load(5, activations + 16 * rowStride, stride: rowStride) }
        load(6, weights, stride: groupStride)
        if shape.isWide { load(7, weights + Self.rowBytes, stride: groupStride) }
        for tile in sums(shape) { multiply(tile, by: 4 + tile / 2, 6 + tile % 2) }
    }

    private func sums(_ shape: TileShape) -> [Int] {
        (0..<4).filter { (shape.isTall || $0 < 2) && (shape.isWide || $0 % 2 == 0) }
    }

    private func offset(of tile: Int, _ stride: Int) -> Int { tile / 2 * 16 * stride + tile % 2 * Self.rowBytes }

    private mutating func load(_ tile: Int, _ source: UnsafeRawPointer, stride: Int) {
        // A processor refuses what was not configured.
        precondition(heights[tile] > 0, "SoftwareTiles: tile \(tile) has no rows")
        for row in 0..<heights[tile] {
            for byte in 0..<Self.rowBytes {
                tiles[tile][row * Self.rowBytes + byte] = source.load(
                    fromByteOffset: row * stride + byte, as: UInt8.self)
            }
        }
    }

    private mutating func multiply(_ tile: Int, by activations: Int, _ weights: Int) {
        if Product.isOfBytes {
            multiplyBytes(tile, by: activations, weights)
        } else {
            multiplyBFloat16(tile, by: activations, weights)
        }
    }

    /// Adds products of bfloat16, two to a sum.
    private mutating func multiplyBFloat16(_ tile: Int, by activations: Int, _ weights: Int) {
        func number(_ tile: Int, _ place: Int) -> Float {
            BFloat16.value(tiles[tile].withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: UInt16.self) })
        }
        for row in 0..<heights[tile] {
            for column in 0..<16 {
                var (first, second) = (Float(0), Float(0))
                for group in 0..<16 {
                    let (x, w) = (row * Self.rowBytes + group * 4, group * Self.rowBytes + column * 4)
                    first += number(activations, x) * number(weights, w)
                    second += number(activations, x + 2) * number(weights, w + 2)
                }
                let place = row * Self.rowBytes + column * 4
                tiles[tile].withUnsafeMutableBytes {
                    let sum = $0.loadUnaligned(fromByteOffset: place, as: Float.self)
                    $0.storeBytes(of: sum + (first + second), toByteOffset: place, as: Float.self)
                }
            }
        }
    }

    /// Adds products of unsigned and signed bytes, four to a sum.
    private mutating func multiplyBytes(_ tile: Int, by activations: Int, _ weights: Int) {
        for row in 0..<heights[tile] {
            for column in 0..<16 {
                let place = row * Self.rowBytes + column * 4
                var sum = tiles[tile].withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: Int32.self) }
                for group in 0..<16 {
                    for byte in 0..<4 {
                        let x = Int32(tiles[activations][row * Self.rowBytes + group * 4 + byte])
                        let w = Int32(Int8(bitPattern: tiles[weights][group * Self.rowBytes + column * 4 + byte]))
                        sum &+= x * w
                    }
                }
                tiles[tile].withUnsafeMutableBytes { $0.storeBytes(of: sum, toByteOffset: place, as: Int32.self) }
            }
        }
    }
}
