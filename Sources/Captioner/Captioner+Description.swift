import CaptionerTensorCore

extension Captioner {
    /// The version of this package.
    public static let version = "0.1.0"

    /// The names of the kernels that this machine can run, the fastest first. On Linux `portable` needs OpenBLAS, which is
    /// loaded when these kernels are chosen.
    public static var availableKernels: [String] { MatrixKernelSet.supported.map(\.name) }
}
