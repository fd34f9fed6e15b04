/// The colours of indices: red, green and blue of each.
struct IndexedColors {
    private let table: [UInt8]

    /// Each index is a grey.
    init() { table = (0..<256).flatMap { [UInt8](repeating: UInt8($0), count: 3) } }

    /// - Parameter palette: three bytes of each index, at most 256 times; a part of three is left out. Indices beyond it
    ///   are black.
    init(_ palette: [UInt8]) {
        let known = palette.prefix(min(palette.count / 3, 256) * 3)
        table = known + [UInt8](repeating: 0, count: 768 - known.count)
    }

    /// Writes the colours of some indices, `[count, 3]`.
    func convert(_ indices: UnsafeBufferPointer<UInt8>, to rgb: UnsafeMutablePointer<UInt8>) {
        table.withUnsafeBufferPointer { table in
            for (pixel, index) in indices.enumerated() {
                for channel in 0..<3 { rgb[3 * pixel + channel] = table[3 * Int(index) + channel] }
            }
        }
    }
}
