import TensorCore

/// A way to multiply.
enum Path {
    /// What the engine does with these kernels.
    case kernels(MatrixKernelSet)
    /// The BLAS library with blocks cut as it likes them best, so that results depend on the number of rows.
    case libraryAlone

    var name: String {
        switch self {
        case .kernels(let kernels): kernels.rawValue
        case .libraryAlone: "library alone"
        }
    }
}
