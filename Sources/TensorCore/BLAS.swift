#if canImport(Accelerate)
    import Accelerate
    // Compiles against Accelerate's CBLAS; no macOS machine has run it yet.
    private typealias BLASInteger = Int32
#else
    import COpenBLAS
    private typealias BLASInteger = blasint
#endif

/// The one place that calls a BLAS library: OpenBLAS on Linux, Accelerate on macOS.
enum BLAS {
    /// Keeps the library from starting threads of its own: loops over blocks are ours.
    ///
    /// The setting of OpenBLAS holds for the whole process.
    static func useOneThread() {
        #if !canImport(Accelerate)
            openblas_set_num_threads(1)
        #endif
    }

    /// Name, version and kernels of the library.
    static var description: String {
        #if canImport(Accelerate)
            return "Accelerate"
        #else
            // "OpenBLAS 0.3.21 DYNAMIC_ARCH ...": the name and the version are its first two words.
            let version = String(cString: openblas_get_config()).split(separator: " ").prefix(2).joined(separator: " ")
            return "\(version) \(String(cString: openblas_get_corename()))"
        #endif
    }

    /// C = alpha A op(B) + beta C, all row-major; op(B) is B [K, N], or Bᵀ of a B [N, K] where `transposeB`.
    ///
    /// - Shape: A [M, K], C [M, N]; the strides are floats from row to row.
    static func multiply(
        rows m: Int, columns n: Int, depth k: Int, alpha: Float = 1,
        _ a: UnsafePointer<Float>, stride lda: Int,
        _ b: UnsafePointer<Float>, stride ldb: Int, transposeB: Bool,
        beta: Float, into c: UnsafeMutablePointer<Float>, stride ldc: Int
    ) {
        guard m > 0, n > 0 else { return }
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans,
            BLASInteger(m), BLASInteger(n), BLASInteger(k), alpha,
            a, BLASInteger(max(lda, 1)), b, BLASInteger(max(ldb, 1)), beta, c, BLASInteger(max(ldc, 1)))
    }

    /// y = alpha A x + beta y.
    ///
    /// - Shape: A [M, K] row-major, x [K], y [M].
    static func multiply(
        rows m: Int, depth k: Int, alpha: Float = 1,
        _ a: UnsafePointer<Float>, stride lda: Int, vector x: UnsafePointer<Float>,
        beta: Float, into y: UnsafeMutablePointer<Float>
    ) {
        guard m > 0 else { return }
        cblas_sgemv(
            CblasRowMajor, CblasNoTrans, BLASInteger(m), BLASInteger(k), alpha,
            a, BLASInteger(max(lda, 1)), x, 1, beta, y, 1)
    }
}
