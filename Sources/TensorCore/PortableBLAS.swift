import CaptionerKernels
import CaptionerKernelsPortable

/// The kernels for any processor: Swift's own vectors, and the BLAS library for the float32 product.
enum PortableBLAS: ExtendingKernelSet {
    typealias Base = Portable

    static func scratchBytes(_ block: MatrixBlock) -> Int { FixedSizeBLAS.scratchBytes(block) }

    static func multiply(_ block: MatrixBlock, scratch: UnsafeMutableRawPointer) {
        FixedSizeBLAS.multiply(block, scratch: scratch)
    }
}
