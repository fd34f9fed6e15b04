#if arch(x86_64)
    import CaptionerIntrinsics
    import CaptionerKernels

    /// The processor's own tiles. While they are in use the thread must not leave the code that uses them.
    struct AMXTiles<Product: TileProduct>: TileRegisters {
        @inline(__always) init() {}

        @inline(__always)
        mutating func configure(rows: Int) {
            let (first, second) = (min(rows, 16), max(rows &- 16, 0))
            // The palette, the bytes of a row of each tile, and its rows.
            var configuration = InlineArray<64, UInt8>(repeating: 0)
            configuration[unchecked: 0] = 1
            var tile = 0
            while tile < 8 {
                let height = tile > 5 ? 16 : tile == 2 || tile == 3 || tile == 5 ? second : first
                if height > 0 {
                    configuration[unchecked: 16 &+ 2 &* tile] = 64
                    configuration[unchecked: 48 &+ tile] = UInt8(truncatingIfNeeded: height)
                }
                tile &+= 1
            }
            withUnsafePointer(to: &configuration) { captioner_tiles_configure($0) }
        }

        @inline(__always) mutating func release() { captioner_tiles_release() }

        @inline(__always)
        mutating func clear(_ shape: TileShape) { captioner_tiles_clear(shape.isTall, shape.isWide) }

        @inline(__always)
        mutating func loadSums(_ source: UnsafeRawPointer, stride: Int, _ shape: TileShape) {
            captioner_tiles_load(source, stride, shape.isTall, shape.isWide)
        }

        @inline(__always)
        mutating func storeSums(_ target: UnsafeMutableRawPointer, stride: Int, _ shape: TileShape) {
            captioner_tiles_store(target, stride, shape.isTall, shape.isWide)
        }

        @inline(__always)
        mutating func multiplyAdd(
            _ activations: UnsafeRawPointer, rowStride: Int, _ weights: UnsafeRawPointer, groupStride: Int,
            _ shape: TileShape
        ) {
            if Product.isOfBytes {
                captioner_tiles_multiply(activations, rowStride, weights, groupStride, shape.isTall, shape.isWide)
            } else {
                captioner_tiles_multiply_bfloat16(
                    activations, rowStride, weights, groupStride, shape.isTall, shape.isWide)
            }
        }
    }
#endif
