/// Embeddings by id, a row of floats for each. Rows are converted when they are read, so that a table is kept in
/// whatever form a checkpoint has it, and the rows that are never read take no memory.
package struct EmbeddingTable: Sendable {
    /// V.
    package let rowCount: Int
    /// D.
    package let width: Int
    private let read: @Sendable (Int, UnsafeMutableBufferPointer<Float>) -> Void

    /// - Parameter read: writes the row of an index into `width` floats.
    package init(
        rowCount: Int, width: Int, read: @escaping @Sendable (Int, UnsafeMutableBufferPointer<Float>) -> Void
    ) {
        self.rowCount = rowCount
        self.width = width
        self.read = read
    }

    /// Copies the row of an id.
    /// - Precondition: the id is below `rowCount`.
    /// - Parameter row: `[D]`.
    package func copy(_ id: Int, into row: UnsafeMutablePointer<Float>) {
        precondition((0..<rowCount).contains(id), "EmbeddingTable: row \(id) of \(rowCount)")
        read(id, UnsafeMutableBufferPointer(start: row, count: width))
    }
}
