package import CaptionerKernels

/// Portable kernels, int8 products with tiles in software: a test of what surrounds the tiles, on any processor.
package enum PortableTiles: ExtendingKernelSet {
    package typealias Base = Portable

    package static func multiply(_ block: PanelBlock, scratch: UnsafeMutableRawPointer) {
        if block.format == .int8 {
            block.multiply(SoftwareTiles.self, PortableInt8.self, scratch: scratch)
        } else {
            Portable.multiply(block, scratch: scratch)
        }
    }
}
