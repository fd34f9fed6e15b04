#if arch(x86_64)
    package import CaptionerKernels

    /// Kernels for AVX2 and FMA. To be called only where the processor has them.
    ///
    /// The module is compiled for AVX2, so it holds nothing but kernels: code of the standard library that is
    /// specialised here must not end up in programs that run elsewhere.
    package enum AVX2: KernelSet {
        package static func scratchBytes(_ block: MatrixBlock) -> Int { block.scratchBytes(AVX2Vectors.self) }

        @inline(never)
        package static func multiply(_ block: MatrixBlock, scratch: UnsafeMutableRawPointer) {
            block.multiply(AVX2Vectors.self, scratch: scratch)
        }

        @inline(never)
        package static func multiply(_ block: LaneBlock, scratch: UnsafeMutableRawPointer) {
            block.multiply(AVX2Float32.self, scratch: scratch)
        }

        @inline(never)
        package static func multiply(_ block: PanelBlock, scratch: UnsafeMutableRawPointer) {
            switch block.format {
            case .float32: block.multiply(AVX2Float32.self, scratch: scratch)
            case .bfloat16: block.multiply(AVX2BFloat16.self, scratch: scratch)
            case .int8: block.multiply(AVX2Int8.self, scratch: scratch)
            }
        }

        @inline(never)
        package static func transform(_ rows: RowBlock, scratch: UnsafeMutableRawPointer) {
            rows.transform(AVX2Vectors.self, scratch: scratch)
        }

        @inline(never)
        package static func attend(_ head: AttentionHead, scratch: UnsafeMutableRawPointer) {
            if head.format == .bfloat16 {
                head.attend(AVX2BFloat16.self, scratch: scratch)
            } else {
                head.attend(AVX2Float32.self, scratch: scratch)
            }
        }

        @inline(never)
        package static func attend(_ query: AttentionQuery, scratch: UnsafeMutableRawPointer) {
            query.attend(AVX2Vectors.self, scratch: scratch)
        }

        @inline(never)
        package static func convolve(_ block: DepthwiseBlock) { block.convolve(AVX2Vectors.self) }

        @inline(never)
        package static func finish(
            _ row: UnsafeMutablePointer<Float>, count: Int, bias: UnsafePointer<Float>?,
            activation: PanelBlock.Activation
        ) {
            CaptionerKernels.finish(AVX2Vectors.self, row, count: count, bias: bias, activation: activation)
        }

        @inline(never)
        package static func softCap(_ row: UnsafeMutablePointer<Float>, count: Int, scale: Float, cap: Float) {
            CaptionerKernels.softCap(AVX2Vectors.self, row, count: count, scale: scale, cap: cap)
        }

        @inline(never)
        package static func exponentials(_ scores: UnsafeMutablePointer<Float>, count: Int, scale: Float) -> Float {
            CaptionerKernels.exponentials(AVX2Vectors.self, scores, count: count, scale: scale)
        }

        @inline(never)
        package static func largest(_ floats: UnsafePointer<Float>, count: Int) -> Float {
            CaptionerKernels.largest(AVX2Vectors.self, floats, count: count)
        }

        @inline(never)
        package static func multiplyAdds(_ format: PanelFormat, rounds: Int) -> Int {
            switch format {
            case .float32: CaptionerKernels.multiplyAdds(AVX2Float32.self, format, rounds: rounds)
            case .bfloat16: CaptionerKernels.multiplyAdds(AVX2BFloat16.self, format, rounds: rounds)
            case .int8: CaptionerKernels.multiplyAdds(AVX2Int8.self, format, rounds: rounds)
            }
        }
    }
#endif
