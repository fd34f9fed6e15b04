/// A weight of a model: float32, row-major, never written after it was made.
///
/// A parameter either owns its memory or refers to memory that another object keeps, such as a mapped checkpoint file.
/// Copies share that memory, so a parameter can be handed to any number of threads.
package struct Parameter: Sendable {
    /// Sizes, outermost first. `[]` is a scalar.
    package let shape: [Int]
    private let storage: Storage

    /// A parameter that looks into memory kept alive by `owner`.
    ///
    /// - Parameters:
    ///   - pointer: the first of `shape.product` floats; it must stay valid and unwritten as long as `owner` lives.
    ///   - owner: what keeps the memory; held as long as any copy of the parameter lives.
    package init(shape: [Int], borrowing pointer: UnsafePointer<Float>, owner: any Sendable & AnyObject) {
        self.shape = shape
        storage = Storage(pointer: pointer, owner: owner)
    }

    /// A parameter with memory of its own, filled by `initialize`.
    ///
    /// The memory starts as zeros and takes no physical memory before it is written.
    /// - Throws: `TensorError.outOfMemory` when the system does not grant it, or what `initialize` throws.
    package init(shape: [Int], initialize: (UnsafeMutableBufferPointer<Float>) throws -> Void) throws {
        self.shape = shape
        let allocation = try ZeroedAllocation(byteCount: Self.byteCount(shape), shape: shape)
        let floats = allocation.base.bindMemory(to: Float.self, capacity: allocation.byteCount / 4)
        try initialize(UnsafeMutableBufferPointer(start: floats, count: shape.reduce(1, *)))
        storage = Storage(pointer: UnsafePointer(floats), owner: allocation)
    }

    private static func byteCount(_ shape: [Int]) throws -> Int {
        var byteCount = MemoryLayout<Float>.stride
        for size in shape {
            let (product, overflow) = byteCount.multipliedReportingOverflow(by: size)
            guard size >= 0, !overflow else { throw TensorError.outOfMemory(shape: shape) }
            byteCount = product
        }
        return byteCount
    }

    /// A parameter of zeros.
    /// - Throws: `TensorError.outOfMemory` when the system does not grant the memory.
    package static func zeros(shape: [Int]) throws -> Parameter {
        try Parameter(shape: shape) { _ in }
    }

    /// The same floats under another shape of equal count.
    package func reshaped(to shape: [Int]) -> Parameter {
        precondition(shape.reduce(1, *) == count, "Parameter.reshaped: \(self.shape) does not fit \(shape)")
        return Parameter(shape: shape, storage: storage)
    }

    private init(shape: [Int], storage: Storage) {
        self.shape = shape
        self.storage = storage
    }

    /// The number of floats.
    package var count: Int { shape.reduce(1, *) }

    /// The first float. Valid as long as this parameter or a copy of it lives.
    package var pointer: UnsafePointer<Float> { storage.pointer }

    /// The floats. Valid as long as this parameter or a copy of it lives.
    package var floats: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: storage.pointer, count: count) }

    /// Keeps the memory. Unchecked, because the memory that the pointer refers to is never written once this exists.
    private final class Storage: @unchecked Sendable {
        let pointer: UnsafePointer<Float>
        private let owner: AnyObject

        init(pointer: UnsafePointer<Float>, owner: AnyObject) {
            self.pointer = pointer
            self.owner = owner
        }
    }
}
