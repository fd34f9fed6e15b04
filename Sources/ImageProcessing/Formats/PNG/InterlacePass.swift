/// The pixels that one pass over a PNG holds.
struct InterlacePass {
    let firstColumn: Int
    let firstRow: Int
    let columnStep: Int
    let rowStep: Int

    /// All pixels: the only pass of an image that is not interlaced.
    static let whole = InterlacePass(firstColumn: 0, firstRow: 0, columnStep: 1, rowStep: 1)

    /// The seven passes of an interlaced image, in the order of the file (PNG standard, 8.2).
    static let adam7 = [
        InterlacePass(firstColumn: 0, firstRow: 0, columnStep: 8, rowStep: 8),
        InterlacePass(firstColumn: 4, firstRow: 0, columnStep: 8, rowStep: 8),
        InterlacePass(firstColumn: 0, firstRow: 4, columnStep: 4, rowStep: 8),
        InterlacePass(firstColumn: 2, firstRow: 0, columnStep: 4, rowStep: 4),
        InterlacePass(firstColumn: 0, firstRow: 2, columnStep: 2, rowStep: 4),
        InterlacePass(firstColumn: 1, firstRow: 0, columnStep: 2, rowStep: 2),
        InterlacePass(firstColumn: 0, firstRow: 1, columnStep: 1, rowStep: 2),
    ]

    /// How many of `width` columns the pass has a part in.
    func columnCount(of width: Int) -> Int {
        max(width - firstColumn + columnStep - 1, 0) / columnStep
    }

    /// How many of `height` rows the pass has a part in.
    func rowCount(of height: Int) -> Int {
        max(height - firstRow + rowStep - 1, 0) / rowStep
    }
}
