#if !canImport(Accelerate)
    import Foundation

    /// OpenBLAS, loaded when it is first needed: for float32 products of the portable kernels, and for nothing else.
    ///
    /// A program that is linked to it runs its code before `main`, where it starts a thread for each processor and, when
    /// the system grants no memory for them, tries again without end.
    struct OpenBLAS: Sendable {
        // The enumerations of cblas.h are C's, which have the size of an `int`.
        typealias MatrixProduct =
            @convention(c) (
                _ order: CInt, _ transposeA: CInt, _ transposeB: CInt, _ m: CInt, _ n: CInt, _ k: CInt, _ alpha: Float,
                _ a: UnsafePointer<Float>, _ lda: CInt, _ b: UnsafePointer<Float>, _ ldb: CInt, _ beta: Float,
                _ c: UnsafeMutablePointer<Float>, _ ldc: CInt
            ) -> Void
        typealias VectorProduct =
            @convention(c) (
                _ order: CInt, _ transposeA: CInt, _ m: CInt, _ n: CInt, _ alpha: Float,
                _ a: UnsafePointer<Float>, _ lda: CInt, _ x: UnsafePointer<Float>, _ strideX: CInt, _ beta: Float,
                _ y: UnsafeMutablePointer<Float>, _ strideY: CInt
            ) -> Void

        let sgemm: MatrixProduct
        let sgemv: VectorProduct
        /// Name, version and kernels.
        let description: String

        /// The library, or why there is none. Loaded once, by whichever thread asks first.
        static let shared = Result<OpenBLAS, TensorError> { () throws(TensorError) in try load() }

        private static let fileNames = ["libopenblas.so.0", "libopenblas.so"]
        private static let threadVariable = "OPENBLAS_NUM_THREADS"

        private static func load() throws(TensorError) -> OpenBLAS {
            guard BLAS.isInBuild else { throw .unusableBLAS(cause: "this program loads no libraries") }
            try checkAddressSpace()
            // Read while the library is loaded. The loops over blocks are ours, and so are the threads.
            let threads = getenv(threadVariable).map { String(cString: $0) }
            setenv(threadVariable, "1", 1)
            defer { if let threads { setenv(threadVariable, threads, 1) } else { unsetenv(threadVariable) } }
            var causes: [String] = []
            for name in fileNames {
                guard let handle = dlopen(name, RTLD_NOW | RTLD_LOCAL) else {
                    causes.append(dlerror().map { String(cString: $0) } ?? "\(name) cannot be loaded")
                    continue
                }
                do throws(Refusal) {
                    return try OpenBLAS(handle)
                } catch {
                    causes.append("\(name) \(error.cause)")
                }
            }
            throw .unusableBLAS(cause: causes.joined(separator: "; "))
        }

        private struct Refusal: Error { let cause: String }

        private init(_ handle: UnsafeMutableRawPointer) throws(Refusal) {
            func function<Function>(_ name: String, as type: Function.Type) throws(Refusal) -> Function {
                guard let address = dlsym(handle, name) else { throw Refusal(cause: "has no \(name)") }
                return unsafeBitCast(address, to: type)
            }
            typealias Text = @convention(c) () -> UnsafePointer<CChar>?
            func text(_ name: String) throws(Refusal) -> String {
                try function(name, as: Text.self)().map { String(cString: $0) } ?? ""
            }
            let configuration = try text("openblas_get_config")
            // Its sizes are `long` then, and the functions above would be called with too few bytes.
            guard !configuration.contains("USE64BITINT") else { throw Refusal(cause: "is made for 64-bit sizes") }
            sgemm = try function("cblas_sgemm", as: MatrixProduct.self)
            sgemv = try function("cblas_sgemv", as: VectorProduct.self)
            // Where the program around this one has loaded it before. The setting holds for the whole process.
            try function("openblas_set_num_threads", as: (@convention(c) (CInt) -> Void).self)(1)
            // "OpenBLAS 0.3.21 DYNAMIC_ARCH ...": the name and the version are its first two words.
            let version = configuration.split(separator: " ").prefix(2).joined(separator: " ")
            description = "\(version) \(try text("openblas_get_corename"))"
        }

        /// It tries without end to get memory that the system does not grant, so that is asked for first.
        private static func checkAddressSpace() throws(TensorError) {
            var limit = rlimit()
            guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur != rlim_t.max else {
                return
            }
            // Itself, and a buffer of 128 MB for each thread that multiplies.
            let byteCount = 64 << 20 + (ProcessorCount.available + 1) * 128 << 20
            let memory = mmap(nil, byteCount, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
            guard let memory, memory != MAP_FAILED else {
                throw .unusableBLAS(cause: "it needs \(byteCount >> 20) MB of address space (ulimit -v)")
            }
            munmap(memory, byteCount)
        }
    }
#endif
