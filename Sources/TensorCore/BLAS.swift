#if canImport(Accelerate)
    // Compiles against Accelerate's CBLAS; no macOS machine has run it yet.
    import Accelerate
#endif

/// The one place that calls a BLAS library: OpenBLAS on Linux, Accelerate on macOS.
enum BLAS {
    /// Whether this build can have a library: a program without shared libraries loads none.
    static var isInBuild: Bool {
        #if CAPTIONER_STATIC_EXECUTABLE
            false
        #else
            true
        #endif
    }

    /// Loads the library where that has not been done.
    /// - Throws: `TensorError.unusableBLAS` if it is not installed or cannot be used.
    static func prepare() throws(TensorError) {
        #if !canImport(Accelerate)
            _ = try OpenBLAS.shared.get()
        #endif
    }

    /// Name, version and kernels of the library.
    static var description: String {
        #if canImport(Accelerate)
            return "Accelerate"
        #else
            return (try? OpenBLAS.shared.get().description) ?? "no BLAS library"
        #endif
    }

    /// C = A op(B) + beta C, all row-major; op(B) is B [K, N], or Bᵀ of a B [N, K] where `transposeB`.
    ///
    /// - Shape: A [M, K], C [M, N]; the strides are floats from row to row.
    static func multiply(
        rows m: Int, columns n: Int, depth k: Int,
        _ a: UnsafePointer<Float>, stride lda: Int,
        _ b: UnsafePointer<Float>, stride ldb: Int, transposeB: Bool,
        beta: Float, into c: UnsafeMutablePointer<Float>, stride ldc: Int
    ) {
        guard m > 0, n > 0 else { return }
        #if canImport(Accelerate)
            cblas_sgemm(
                CblasRowMajor, CblasNoTrans, transposeB ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), 1,
                a, Int32(max(lda, 1)), b, Int32(max(ldb, 1)), beta, c, Int32(max(ldc, 1)))
        #else
            sgemm(
                rowMajor, noTranspose, transposeB ? transpose : noTranspose, CInt(m), CInt(n), CInt(k), 1,
                a, CInt(max(lda, 1)), b, CInt(max(ldb, 1)), beta, c, CInt(max(ldc, 1)))
        #endif
    }

    /// y = A x + beta y.
    ///
    /// - Shape: A [M, K] row-major, x [K], y [M].
    static func multiply(
        rows m: Int, depth k: Int,
        _ a: UnsafePointer<Float>, stride lda: Int, vector x: UnsafePointer<Float>,
        beta: Float, into y: UnsafeMutablePointer<Float>
    ) {
        guard m > 0 else { return }
        #if canImport(Accelerate)
            cblas_sgemv(
                CblasRowMajor, CblasNoTrans, Int32(m), Int32(k), 1, a, Int32(max(lda, 1)), x, 1, beta, y, 1)
        #else
            sgemv(rowMajor, noTranspose, CInt(m), CInt(k), 1, a, CInt(max(lda, 1)), x, 1, beta, y, 1)
        #endif
    }

    #if !canImport(Accelerate)
        // As cblas.h has them.
        private static let (rowMajor, noTranspose, transpose): (CInt, CInt, CInt) = (101, 111, 112)

        // `prepare` was called before anything is computed.
        private static let sgemm = library.sgemm
        private static let sgemv = library.sgemv

        private static var library: OpenBLAS {
            switch OpenBLAS.shared {
            case .success(let library): library
            case .failure(let error): preconditionFailure("BLAS: \(error)")
            }
        }
    #endif
}
