/// How an image is cut into square tiles of one size, beside which there is the whole image. Without rows and columns there is the
/// whole alone.
package struct TileGrid: Sendable, Equatable {
    package let rows: Int
    package let columns: Int

    package init(rows: Int = 0, columns: Int = 0) {
        self.rows = rows
        self.columns = columns
    }

    /// The most tiles of an image, as published models cut it: 4 x 4 of a square, and the whole.
    package static let most = 17

    /// The tiles, the whole image included.
    package var count: Int { rows * columns + 1 }
}
