/// Some columns of the rows of a tensor: where attention finds queries, keys and values without copying heads.
///
/// A view does not keep its tensor alive; whoever makes one holds the tensor until the view is used up.
package struct MatrixView {
    package let pointer: UnsafeMutablePointer<Float>
    package let rows: Int
    package let columns: Int
    /// Floats from the start of one row to the start of the next.
    package let stride: Int

    package init(pointer: UnsafeMutablePointer<Float>, rows: Int, columns: Int, stride: Int) {
        self.pointer = pointer
        self.rows = rows
        self.columns = columns
        self.stride = stride
    }

    /// Columns `range` of all rows of `tensor`, its leading dimensions flattened.
    package init(_ tensor: borrowing Tensor, columns range: Range<Int>? = nil) {
        let range = range ?? 0..<tensor.columns
        precondition(
            range.lowerBound >= 0 && range.upperBound <= tensor.columns,
            "MatrixView: columns \(range) of a tensor of shape \(tensor.shape)")
        pointer = tensor.pointer + range.lowerBound
        rows = tensor.rows
        columns = range.count
        stride = tensor.columns
    }
}
