package import CaptionerKernels
import Foundation

/// A kernel set: a row of the table in `InstructionSets.swift`. Chosen once for a process, by the instructions that the
/// processor has.
package struct MatrixKernelSet: Sendable {
    /// What options and the environment call it.
    package let name: String
    package let kernels: any KernelSet.Type
    /// Whether this processor, and this build, can run it.
    package let isSupported: Bool
    /// Whether the processor has instructions for bfloat16: then automatic precision is that.
    package var hasBFloat16 = false
    /// How its kernels round, with which the scalar references compute the same bits.
    package let arithmetic: ScalarArithmetic
    /// How a float32 product `[rows, columns]` over a depth is cut into blocks for the threads.
    var grid: @Sendable (_ rows: Int, _ columns: Int, _ depth: Int) -> BlockGrid = BlockGrid.init(rows:columns:depth:)
    /// Rows from which on a float32 product is computed lane by lane, which takes putting x and W into another order.
    var laneRowMinimum = 128
    /// Rows that a thread takes at a time: quantized, they stay in the second-level cache while all weights are read.
    var rowLimit = 48
    /// Rows for which groups of zeros are looked for: with more of them little is gained.
    var activeRowLimit = 16
    /// What it is, for people; asked only after it was prepared.
    package let title: @Sendable () -> String

    /// What can run here, the fastest first.
    package static var supported: [MatrixKernelSet] { all.filter(\.isSupported) }

    /// The environment variable that overrides the choice.
    package static let environmentVariable = "CAPTIONER_KERNELS"

    /// The kernel set of a name, else that of the environment variable, else the fastest that can run here.
    /// - Throws: `TensorError.unusableKernels` for what does not exist or cannot run here, `.unusableBLAS`.
    package static func chosen(
        name: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws -> MatrixKernelSet {
        let (name, asker) =
            name.map { ($0, "the option for kernels") } ?? (environment[environmentVariable], environmentVariable)
        var choice = supported.first ?? .portable
        if let name, !name.isEmpty {
            guard let named = all.first(where: { $0.name == name }), named.isSupported else {
                throw TensorError.unusableKernels(asker: asker, name: name, usable: supported.map(\.name))
            }
            choice = named
        }
        try choice.prepare()
        return choice
    }

    /// Loads what the kernels need besides this package: for the portable ones the BLAS library.
    /// - Throws: `TensorError.unusableBLAS`.
    package func prepare() throws {
        if self == .portable, BLAS.isInBuild { try BLAS.prepare() }
    }

    /// `chosen`, or the fastest that can run here where the environment names one that cannot. A caller that can report
    /// to the user calls `chosen` first.
    package static let preferred: MatrixKernelSet = (try? chosen()) ?? supported.first ?? .portable
}

extension MatrixKernelSet: Hashable, CustomStringConvertible {
    package static func == (left: MatrixKernelSet, right: MatrixKernelSet) -> Bool { left.name == right.name }

    package func hash(into hasher: inout Hasher) { hasher.combine(name) }

    package var description: String { name }
}
