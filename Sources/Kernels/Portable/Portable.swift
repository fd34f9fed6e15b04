package import CaptionerKernels

/// Kernels in Swift's own SIMD types, for any processor.
package enum Portable: KernelSet {
    package static func scratchBytes(_ block: MatrixBlock) -> Int { block.scratchBytes(PortableVectors.self) }

    package static func multiply(_ block: MatrixBlock, scratch: UnsafeMutableRawPointer) {
        block.multiply(PortableVectors.self, scratch: scratch)
    }

    package static func multiply(_ block: LaneBlock, scratch: UnsafeMutableRawPointer) {
        block.multiply(PortableFloat32.self, scratch: scratch)
    }

    package static func multiply(_ block: PanelBlock, scratch: UnsafeMutableRawPointer) {
        switch block.format {
        case .float32: block.multiply(PortableFloat32.self, scratch: scratch)
        case .bfloat16: block.multiply(PortableBFloat16.self, scratch: scratch)
        case .int8: block.multiply(PortableInt8.self, scratch: scratch)
        }
    }

    package static func transform(_ rows: RowBlock, scratch: UnsafeMutableRawPointer) {
        rows.transform(PortableVectors.self, scratch: scratch)
    }

    package static func attend(_ head: AttentionHead, scratch: UnsafeMutableRawPointer) {
        if head.format == .bfloat16 {
            head.attend(PortableBFloat16.self, scratch: scratch)
        } else {
            head.attend(PortableFloat32.self, scratch: scratch)
        }
    }

    package static func attend(_ query: AttentionQuery, scratch: UnsafeMutableRawPointer) {
        query.attend(PortableVectors.self, scratch: scratch)
    }

    @inline(never)
    package static func convolve(_ block: DepthwiseBlock) { block.convolve(PortableVectors.self) }

    @inline(never)
    package static func finish(
        _ row: UnsafeMutablePointer<Float>, count: Int, bias: UnsafePointer<Float>?, activation: PanelBlock.Activation
    ) {
        CaptionerKernels.finish(PortableVectors.self, row, count: count, bias: bias, activation: activation)
    }

    @inline(never)
    package static func softCap(_ row: UnsafeMutablePointer<Float>, count: Int, scale: Float, cap: Float) {
        CaptionerKernels.softCap(PortableVectors.self, row, count: count, scale: scale, cap: cap)
    }

    @inline(never)
    package static func exponentials(_ scores: UnsafeMutablePointer<Float>, count: Int, scale: Float) -> Float {
        CaptionerKernels.exponentials(PortableVectors.self, scores, count: count, scale: scale)
    }

    @inline(never)
    package static func largest(_ floats: UnsafePointer<Float>, count: Int) -> Float {
        CaptionerKernels.largest(PortableVectors.self, floats, count: count)
    }

    package static func multiplyAdds(_ format: PanelFormat, rounds: Int) -> Int {
        switch format {
        case .float32: CaptionerKernels.multiplyAdds(PortableFloat32.self, format, rounds: rounds)
        case .bfloat16: CaptionerKernels.multiplyAdds(PortableBFloat16.self, format, rounds: rounds)
        case .int8: CaptionerKernels.multiplyAdds(PortableInt8.self, format, rounds: rounds)
        }
    }
}
