import CaptionerKernels

/// Some columns of the rows of a matrix: where attention finds queries, keys and values without copying heads.
///
/// A view does not keep its matrix alive; its maker keeps the matrix until the view is used up.
struct MatrixView: @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
    /// float32 or bfloat16.
    let format: PanelFormat
    let rows: Int
    let columns: Int
    /// Bytes from the start of one row to the start of the next.
    let stride: Int

    init(pointer: UnsafeMutableRawPointer, format: PanelFormat, rows: Int, columns: Int, stride: Int) {
        self.pointer = pointer
        self.format = format
        self.rows = rows
        self.columns = columns
        self.stride = stride
    }

    /// All columns of a tensor, its leading dimensions flattened.
    init(_ tensor: borrowing Tensor) {
        self.init(
            pointer: UnsafeMutableRawPointer(tensor.pointer), format: .float32, rows: tensor.rows,
            columns: tensor.columns, stride: tensor.columns * 4)
    }

    /// The size of a number in bytes.
    var elementSize: Int { 4 / format.groupDepth }

    func pointer(row: Int, column: Int) -> UnsafeMutableRawPointer { pointer + row * stride + column * elementSize }

    /// A row of floats.
    func floats(row: Int) -> UnsafePointer<Float> {
        UnsafePointer(pointer(row: row, column: 0).assumingMemoryBound(to: Float.self))
    }
}
