/// The kernels of one instruction set: the same interface for all, chosen once at start.
///
/// The caller provides scratch memory, aligned to a cache line, of the size that the job states.
public protocol KernelSet: PanelKernels {
    /// Scratch memory for a float32 product, in bytes.
    static func scratchBytes(_ block: MatrixBlock) -> Int
    /// A float32 product with weights as checkpoints store them.
    static func multiply(_ block: MatrixBlock, scratch: UnsafeMutableRawPointer)
}

/// All kernels but the float32 product with weights as checkpoints store them, which a BLAS library may compute.
public protocol PanelKernels: Sendable {
    static func multiply(_ block: PanelBlock, scratch: UnsafeMutableRawPointer)
    /// A float32 product of many rows, with weights as checkpoints store them.
    static func multiply(_ block: LaneBlock, scratch: UnsafeMutableRawPointer)
    static func transform(_ rows: RowBlock, scratch: UnsafeMutableRawPointer)
    static func attend(_ head: AttentionHead, scratch: UnsafeMutableRawPointer)
    static func attend(_ query: AttentionQuery, scratch: UnsafeMutableRawPointer)
    static func convolve(_ block: DepthwiseBlock)
    /// Bias and activation of a row of float32 sums.
    static func finish(
        _ row: UnsafeMutablePointer<Float>, count: Int, bias: UnsafePointer<Float>?, activation: PanelBlock.Activation)
    /// Replaces numbers by cap · tanh(scale · x / cap).
    static func softCap(_ row: UnsafeMutablePointer<Float>, count: Int, scale: Float, cap: Float)
    /// Replaces scores by e^(scale · (x - max)), and returns their sum: softmax without the division.
    static func exponentials(_ scores: UnsafeMutablePointer<Float>, count: Int, scale: Float) -> Float
    /// Reads memory once, as fast as possible, and returns the largest number above 0.
    static func largest(_ floats: UnsafePointer<Float>, count: Int) -> Float
    /// Twelve independent multiply-adds of vectors on registers, `rounds` times: the peak of a thread.
    /// - Returns: how many products and sums those are.
    static func multiplyAdds(_ format: PanelFormat, rounds: Int) -> Int
}

/// An instruction set that extends another, and inherits the kernels that it does not replace.
public protocol ExtendingKernelSet: KernelSet {
    associatedtype Base: PanelKernels
}

extension ExtendingKernelSet where Base: KernelSet {
    public static func scratchBytes(_ block: MatrixBlock) -> Int { Base.scratchBytes(block) }

    public static func multiply(_ block: MatrixBlock, scratch: UnsafeMutableRawPointer) {
        Base.multiply(block, scratch: scratch)
    }
}

extension ExtendingKernelSet {
    public static func multiply(_ block: PanelBlock, scratch: UnsafeMutableRawPointer) {
        Base.multiply(block, scratch: scratch)
    }

    public static func multiply(_ block: LaneBlock, scratch: UnsafeMutableRawPointer) {
        Base.multiply(block, scratch: scratch)
    }

    public static func multiplyAdds(_ format: PanelFormat, rounds: Int) -> Int {
        Base.multiplyAdds(format, rounds: rounds)
    }

    public static func transform(_ rows: RowBlock, scratch: UnsafeMutableRawPointer) {
        Base.transform(rows, scratch: scratch)
    }

    public static func attend(_ head: AttentionHead, scratch: UnsafeMutableRawPointer) {
        Base.attend(head, scratch: scratch)
    }

    public static func attend(_ query: AttentionQuery, scratch: UnsafeMutableRawPointer) {
        Base.attend(query, scratch: scratch)
    }

    public static func convolve(_ block: DepthwiseBlock) { Base.convolve(block) }

    public static func finish(
        _ row: UnsafeMutablePointer<Float>, count: Int, bias: UnsafePointer<Float>?, activation: PanelBlock.Activation
    ) {
        Base.finish(row, count: count, bias: bias, activation: activation)
    }

    public static func softCap(_ row: UnsafeMutablePointer<Float>, count: Int, scale: Float, cap: Float) {
        Base.softCap(row, count: count, scale: scale, cap: cap)
    }

    public static func exponentials(_ scores: UnsafeMutablePointer<Float>, count: Int, scale: Float) -> Float {
        Base.exponentials(scores, count: count, scale: scale)
    }

    public static func largest(_ floats: UnsafePointer<Float>, count: Int) -> Float {
        Base.largest(floats, count: count)
    }
}
