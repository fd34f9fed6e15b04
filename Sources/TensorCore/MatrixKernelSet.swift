import CIntrinsics
import Foundation

/// Which code multiplies matrices. Chosen once for a process, by what the processor has.
package enum MatrixKernelSet: String, CaseIterable, Sendable {
    /// This package's own, for processors with AVX-512 F, BW, DQ and VL.
    case avx512
    /// This package's own, for processors with AVX2 and FMA. The results are the same bits as with `avx512`.
    case avx2
    /// The CBLAS library, which runs everywhere.
    case blas

    /// Whether this processor, and this build, can run it.
    package var isSupported: Bool {
        #if arch(x86_64)
            switch self {
            case .avx512: captioner_has_avx512()
            case .avx2: captioner_has_avx2()
            case .blas: true
            }
        #else
            self == .blas
        #endif
    }

    /// What can run here, the fastest first.
    package static var supported: [MatrixKernelSet] { allCases.filter(\.isSupported) }

    /// The environment variable that overrides the choice.
    package static let environmentVariable = "CAPTIONER_KERNELS"

    /// What the environment asks for, or else the fastest that can run here.
    /// - Throws: `TensorError.unusableKernels` if it asks for what does not exist or cannot run here.
    package static func chosen(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> MatrixKernelSet {
        guard let name = environment[environmentVariable], !name.isEmpty else { return supported.first ?? .blas }
        guard let choice = MatrixKernelSet(rawValue: name), choice.isSupported else {
            throw TensorError.unusableKernels(name: name, usable: supported.map(\.rawValue))
        }
        return choice
    }

    /// `chosen`, or the fastest that can run here where the environment's wish cannot be met. Whoever can tell the user
    /// asks `chosen` first.
    package static let preferred: MatrixKernelSet = (try? chosen()) ?? supported.first ?? .blas

    /// What it is, for people.
    package var description: String {
        switch self {
        case .avx512: "own kernels, AVX-512"
        case .avx2: "own kernels, AVX2"
        case .blas: BLAS.description
        }
    }
}
