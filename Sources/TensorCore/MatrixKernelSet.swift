import CIntrinsics
import Foundation
import KernelsPortable
package import MatrixKernels

#if arch(x86_64)
    import KernelsAVX2
    import KernelsAVX512
    import KernelsAVX512VNNI
    import KernelsAVXVNNI
#endif

/// Which code multiplies matrices. Chosen once for a process, by what the processor has.
package enum MatrixKernelSet: String, CaseIterable, Sendable {
    /// For AVX-512 with its instructions for bytes and bfloat16.
    case avx512vnni
    /// For AVX-512 F, BW, DQ and VL.
    case avx512
    /// For AVX2 and FMA with 256-bit instructions for bytes.
    case avxvnni
    /// For AVX2 and FMA. Float32 products are the same bits with it and with all above.
    case avx2
    /// For any processor: Swift's own vectors, and the CBLAS library for float32.
    case portable

    /// Whether this processor, and this build, can run it.
    package var isSupported: Bool {
        #if arch(x86_64)
            switch self {
            case .avx512vnni: captioner_has_avx512_vnni_bf16()
            case .avx512: captioner_has_avx512()
            case .avxvnni: captioner_has_avx_vnni()
            case .avx2: captioner_has_avx2()
            case .portable: true
            }
        #else
            self == .portable
        #endif
    }

    /// The kernels for everything but float32 products with weights as checkpoints store them.
    package var kernels: any KernelSet.Type {
        #if arch(x86_64)
            switch self {
            case .avx512vnni: AVX512VNNI.self
            case .avx512: AVX512.self
            case .avxvnni: AVXVNNI.self
            case .avx2: AVX2.self
            case .portable: Portable.self
            }
        #else
            Portable.self
        #endif
    }

    /// Whether the processor multiplies bfloat16 numbers faster than float32 ones.
    package var hasBFloat16: Bool { self == .avx512vnni }

    /// What can run here, the fastest first.
    package static var supported: [MatrixKernelSet] { allCases.filter(\.isSupported) }

    /// The environment variable that overrides the choice.
    package static let environmentVariable = "CAPTIONER_KERNELS"

    /// What is asked for by name, by the environment if by nobody else, or else the fastest that can run here.
    /// - Throws: `TensorError.unusableKernels` for what does not exist or cannot run here, `.unusableBLAS`.
    package static func chosen(
        name: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> MatrixKernelSet {
        let (name, asker) =
            name.map { ($0, "the option for kernels") } ?? (environment[environmentVariable], environmentVariable)
        var choice = supported.first ?? .portable
        if let name, !name.isEmpty {
            guard let named = MatrixKernelSet(rawValue: name), named.isSupported else {
                throw TensorError.unusableKernels(asker: asker, name: name, usable: supported.map(\.rawValue))
            }
            choice = named
        }
        try choice.prepare()
        return choice
    }

    /// Loads what the kernels need besides this package: for the portable ones the BLAS library.
    /// - Throws: `TensorError.unusableBLAS`.
    package func prepare() throws {
        if self == .portable { try BLAS.prepare() }
    }

    /// `chosen`, or the fastest that can run here where the environment's wish cannot be met. Whoever can tell the user
    /// asks `chosen` first.
    package static let preferred: MatrixKernelSet = (try? chosen()) ?? supported.first ?? .portable

    /// What it is, for people.
    package var description: String {
        switch self {
        case .avx512vnni: "own kernels, AVX-512 with VNNI and BF16"
        case .avx512: "own kernels, AVX-512"
        case .avxvnni: "own kernels, AVX2 with VNNI"
        case .avx2: "own kernels, AVX2"
        case .portable: "portable kernels and \(BLAS.description)"
        }
    }
}
