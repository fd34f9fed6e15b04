/// What can go wrong in the tensor core for reasons outside the program.
package enum TensorError: Error, Equatable, CustomStringConvertible {
    /// The system granted no memory for a tensor of this shape.
    case outOfMemory(shape: [Int])
    /// An option or the environment asks for matrix kernels that do not exist or that this processor cannot run.
    case unusableKernels(asker: String, name: String, usable: [String])
    /// The BLAS library, which the portable kernels need, is not there or cannot be used.
    case unusableBLAS(cause: String)
    /// A weight that has to be quantized is not finite.
    case notFinite

    package var description: String {
        switch self {
        case .outOfMemory(let shape): "no memory for a float32 tensor of shape \(shape)"
        case .notFinite: "it holds a number that is not finite, which cannot be quantized"
        case .unusableKernels(let asker, let name, let usable):
            "\(asker) is \(name), and this machine has: \(usable.joined(separator: ", "))"
        case .unusableBLAS(let cause):
            "the portable kernels need OpenBLAS (Debian's libopenblas0): \(cause)"
        }
    }
}
