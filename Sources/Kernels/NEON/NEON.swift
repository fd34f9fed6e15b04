#if arch(arm64)
    package import CaptionerKernels

    /// Kernels for every 64-bit ARM processor. Their results are the bits of those for AVX2.
    package enum NEON: KernelSet {
        package static func scratchBytes(_ block: MatrixBlock) -> Int { block.scratchBytes(NEONVectors.self) }

        @inline(never)
        package static func multiply(_ block: MatrixBlock, scratch: UnsafeMutableRawPointer) {
            block.multiply(NEONVectors.self, scratch: scratch)
        }

        @inline(never)
        package static func multiply(_ block: LaneBlock, scratch: UnsafeMutableRawPointer) {
            block.multiply(NEONFloat32.self, scratch: scratch)
        }

        @inline(never)
        package static func multiply(_ block: PanelBlock, scratch: UnsafeMutableRawPointer) {
            switch block.format {
            case .float32: block.multiply(NEONFloat32.self, scratch: scratch)
            case .bfloat16: block.multiply(NEONBFloat16.self, scratch: scratch)
            case .int8: block.multiply(NEONInt8.self, scratch: scratch)
            }
        }

        @inline(never)
        package static func transform(_ rows: RowBlock, scratch: UnsafeMutableRawPointer) {
            rows.transform(NEONVectors.self, scratch: scratch)
        }

        @inline(never)
        package static func attend(_ head: AttentionHead, scratch: UnsafeMutableRawPointer) {
            if head.format == .bfloat16 {
                head.attend(NEONBFloat16.self, scratch: scratch)
            } else {
                head.attend(NEONFloat32.self, scratch: scratch)
            }
        }

        @inline(never)
        package static func attend(_ query: AttentionQuery, scratch: UnsafeMutableRawPointer) {
            query.attend(NEONVectors.self, scratch: scratch)
        }

        @inline(never)
        package static func convolve(_ block: DepthwiseBlock) { block.convolve(NEONVectors.self) }

        @inline(never)
        package static func finish(
            _ row: UnsafeMutablePointer<Float>, count: Int, bias: UnsafePointer<Float>?,
            activation: PanelBlock.Activation
        ) {
            CaptionerKernels.finish(NEONVectors.self, row, count: count, bias: bias, activation: activation)
        }

        @inline(never)
        package static func softCap(_ row: UnsafeMutablePointer<Float>, count: Int, scale: Float, cap: Float) {
            CaptionerKernels.softCap(NEONVectors.self, row, count: count, scale: scale, cap: cap)
        }

        @inline(never)
        package static func exponentials(_ scores: UnsafeMutablePointer<Float>, count: Int, scale: Float) -> Float {
            CaptionerKernels.exponentials(NEONVectors.self, scores, count: count, scale: scale)
        }

        @inline(never)
        package static func largest(_ floats: UnsafePointer<Float>, count: Int) -> Float {
            CaptionerKernels.largest(NEONVectors.self, floats, count: count)
        }

        @inline(never)
        package static func multiplyAdds(_ format: PanelFormat, rounds: Int) -> Int {
            switch format {
            case .float32: CaptionerKernels.multiplyAdds(NEONFloat32.self, format, rounds: rounds)
            case .bfloat16: CaptionerKernels.multiplyAdds(NEONBFloat16.self, format, rounds: rounds)
            case .int8: CaptionerKernels.multiplyAdds(NEONInt8.self, format, rounds: rounds)
            }
        }
    }
#endif
