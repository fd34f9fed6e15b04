#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A weight of a model: float32, row-major, never written after it was made.
///
/// A parameter either owns its memory or looks into memory that somebody else keeps, such as a mapped checkpoint file.
/// Copies share that memory, so a parameter can be handed to any number of threads.
public struct Parameter: Sendable {
    /// Sizes, outermost first. `[]` is a scalar.
    public let shape: [Int]
    private let storage: Storage

    /// A parameter that looks into memory kept alive by `owner`.
    ///
    /// - Parameters:
    ///   - pointer: the first of `shape.product` floats; it must stay valid and unwritten as long as `owner` lives.
    ///   - owner: what keeps the memory; held as long as any copy of the parameter lives.
    public init(shape: [Int], borrowing pointer: UnsafePointer<Float>, owner: any Sendable & AnyObject) {
        self.shape = shape
        storage = Storage(pointer: pointer, owner: owner, allocation: nil)
    }

    /// A parameter with memory of its own, filled by `initialize`.
    ///
    /// The memory starts as zeros and takes no physical memory before it is written.
    /// - Throws: `TensorError.outOfMemory` when the system does not grant it, or what `initialize` throws.
    public init(shape: [Int], initialize: (UnsafeMutableBufferPointer<Float>) throws -> Void) throws {
        self.shape = shape
        let allocation = try ZeroedAllocation(shape: shape)
        try initialize(allocation.floats)
        storage = Storage(pointer: UnsafePointer(allocation.base), owner: nil, allocation: allocation)
    }

    /// A parameter of zeros.
    /// - Throws: `TensorError.outOfMemory` when the system does not grant the memory.
    public static func zeros(shape: [Int]) throws -> Parameter {
        try Parameter(shape: shape) { _ in }
    }

    /// The same floats under another shape of equal count.
    public func reshaped(to shape: [Int]) -> Parameter {
        precondition(shape.reduce(1, *) == count, "Parameter.reshaped: \(self.shape) does not fit \(shape)")
        return Parameter(shape: shape, storage: storage)
    }

    private init(shape: [Int], storage: Storage) {
        self.shape = shape
        self.storage = storage
    }

    /// The number of floats.
    public var count: Int { shape.reduce(1, *) }

    /// The first float. Valid as long as this parameter or a copy of it lives.
    public var pointer: UnsafePointer<Float> { storage.pointer }

    /// The floats. Valid as long as this parameter or a copy of it lives.
    public var floats: UnsafeBufferPointer<Float> { UnsafeBufferPointer(start: storage.pointer, count: count) }

    /// Keeps the memory. Unchecked, because the memory behind the pointer is never written once this exists.
    private final class Storage: @unchecked Sendable {
        let pointer: UnsafePointer<Float>
        private let owner: AnyObject?
        private let allocation: ZeroedAllocation?

        init(pointer: UnsafePointer<Float>, owner: AnyObject?, allocation: ZeroedAllocation?) {
            self.pointer = pointer
            self.owner = owner
            self.allocation = allocation
        }
    }
}

/// Anonymous pages that cost physical memory only where they are touched.
private final class ZeroedAllocation {
    let floats: UnsafeMutableBufferPointer<Float>
    private let byteCount: Int

    var base: UnsafeMutablePointer<Float> { floats.baseAddress! }

    init(shape: [Int]) throws {
        var byteCount = MemoryLayout<Float>.stride
        for size in shape {
            let (product, overflow) = byteCount.multipliedReportingOverflow(by: size)
            guard size >= 0, !overflow else { throw TensorError.outOfMemory(shape: shape) }
            byteCount = product
        }
        let count = byteCount / MemoryLayout<Float>.stride
        self.byteCount = max(byteCount, 1)  // mmap refuses a length of 0
        #if os(Linux)
            let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        #else
            let flags = MAP_PRIVATE | MAP_ANON | MAP_NORESERVE
        #endif
        guard let base = mmap(nil, self.byteCount, PROT_READ | PROT_WRITE, flags, -1, 0), base != MAP_FAILED else {
            throw TensorError.outOfMemory(shape: shape)
        }
        floats = UnsafeMutableBufferPointer(start: base.bindMemory(to: Float.self, capacity: count), count: count)
    }

    deinit { munmap(floats.baseAddress, byteCount) }
}
