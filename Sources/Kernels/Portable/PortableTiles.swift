package import CaptionerKernels

/// Portable kernels, int8 products and attention in bfloat16 with tiles in software: a test of what surrounds the tiles, on any processor.
package enum PortableTiles: ExtendingKernelSet {
    package typealias Base = Portable

    package static func multiply(_ block: PanelBlock, scratch: UnsafeMutableRawPointer) {
        if block.format == .int8 {
            block.multiply(SoftwareTiles<ByteProduct>.self, PortableInt8.self, scratch: scratch)
        } else {
            Portable.multiply(block, scratch: scratch)
        }
    }

    package static func attend(_ head: AttentionHead, scratch: UnsafeMutableRawPointer) {
        if head.isForTiles {
            head.attend(SoftwareTiles<BFloat16Product>.self, PortableVectors.self, scratch: scratch)
        } else {
            Portable.attend(head, scratch: scratch)
        }
    }
}
