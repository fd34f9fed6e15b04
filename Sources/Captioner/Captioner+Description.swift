import CaptionerTensorCore

extension Captioner {
    /// The version of this package.
    public static let version = "0.1.0"

    /// The names of the kernels that this machine can run, the fastest first. `portable` needs OpenBLAS on Linux, which is
    /// loaded when it is chosen.
    public static var availableKernels: [String] { MatrixKernelSet.supported.map(\.name) }
}
