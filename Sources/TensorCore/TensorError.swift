/// What can go wrong in the tensor core for reasons outside the program.
public enum TensorError: Error, Equatable, CustomStringConvertible {
    /// The system granted no memory for a tensor of this shape.
    case outOfMemory(shape: [Int])
    /// The environment asks for matrix kernels that do not exist or that this processor cannot run.
    case unusableKernels(name: String, usable: [String])

    public var description: String {
        switch self {
        case .outOfMemory(let shape): "no memory for a float32 tensor of shape \(shape)"
        case .unusableKernels(let name, let usable):
            "\(MatrixKernelSet.environmentVariable) is \(name), and this machine has: \(usable.joined(separator: ", "))"
        }
    }
}
