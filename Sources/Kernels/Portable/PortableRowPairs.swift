package import CaptionerKernels

/// Portable kernels, int8 products of two rows and two columns at a time: a test of what surrounds instructions for
/// matrices, on any processor.
package enum PortableRowPairs: ExtendingKernelSet {
    package typealias Base = Portable

    package static func multiply(_ block: PanelBlock, scratch: UnsafeMutableRawPointer) {
        if block.format == .int8 {
            block.multiply(PortableRowPairsInt8.self, scratch: scratch)
        } else {
            Portable.multiply(block, scratch: scratch)
        }
    }
}

/// A single row is multiplied as by `PortableInt8`.
enum PortableRowPairsInt8: IntegerPanelArithmetic {
    typealias Vectors = PortableVectors
    typealias RowPairs = SoftwareRowPairs

    static var tileRows: Int { 6 }
    static var tileVectors: Int { 2 }

    static func activations(_ source: UnsafeRawPointer) -> PortableInt8.Halves { PortableInt8.activations(source) }
    static func weights(_ source: UnsafeRawPointer) -> PortableInt8.Halves { PortableInt8.weights(source) }
    static func multiplyAdd(
        _ activations: PortableInt8.Halves, _ weights: PortableInt8.Halves, _ sum: SIMD8<Int32>
    ) -> SIMD8<Int32> { PortableInt8.multiplyAdd(activations, weights, sum) }
}
