#if arch(x86_64)
    import CaptionerIntrinsics
    package import CaptionerKernels
    package import CaptionerKernelsAVX512VNNI

    /// Kernels for AVX-512 with VNNI and BF16, and for AMX: tiles for int8 products of many rows, which are the same bits, and for
    /// attention in bfloat16, which are others. To be called only where the processor has all of them and the system gives the
    /// registers.
    package enum AMX: ExtendingKernelSet {
        package typealias Base = AVX512VNNI

        @inline(never)
        package static func multiply(_ block: PanelBlock, scratch: UnsafeMutableRawPointer) {
            if block.format == .int8, block.rows >= leastRows {
                block.multiply(AMXTiles<ByteProduct>.self, AVX512VNNIInt8.self, scratch: scratch)
            } else {
                AVX512VNNI.multiply(block, scratch: scratch)
            }
        }

        @inline(never)
        package static func attend(_ head: AttentionHead, scratch: UnsafeMutableRawPointer) {
            if head.isForTiles {
                head.attend(AMXTiles<BFloat16Product>.self, AVX512BFloat16Vectors.self, scratch: scratch)
            } else {
                AVX512VNNI.attend(head, scratch: scratch)
            }
        }

        @inline(never)
        package static func multiplyAdds(_ format: PanelFormat, rounds: Int) -> Int {
            guard format == .int8 else { return AVX512VNNI.multiplyAdds(format, rounds: rounds) }
            var tiles = AMXTiles<ByteProduct>()
            tiles.configure(rows: 32)
            var round = 0
            while round < rounds {
                captioner_tiles_multiply_loaded()
                round &+= 1
            }
            tiles.release()
            // Sixteen rows of 64 bytes times sixteen columns, four times.
            return rounds &* 4 &* 16 &* 16 &* 64 &* 2
        }

        /// With fewer rows, tiles that are not full and the reading of weights cost more than products of vectors.
        static let leastRows = 40
    }
#endif
