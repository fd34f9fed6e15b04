import TensorCore

extension Captioner {
    /// The version of this package.
    public static let version = "0.1.0"

    /// What multiplies matrices on this machine: "own kernels, AVX-512", or the BLAS library in use and the kernels
    /// that it chose for this processor, such as "OpenBLAS 0.3.21 Zen".
    public static var kernelDescription: String { ComputeContext.kernelDescription }
}
