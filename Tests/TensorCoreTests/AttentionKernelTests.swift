import CaptionerKernels
import CaptionerTensorCore
import Testing

/// Attention by every kernel set that this processor can run, against plain scalar code.
@Suite struct AttentionKernelTests {
    static let heads = [
        (1, 1, 2), (3, 5, 6), (24, 9, 22), (25, 33, 64), (49, 65, 80), (257, 257, 88), (32, 257, 64), (70, 131, 32),
    ]

    @Test(arguments: heads)
    func headsEqualScalarReferenceBitForBit(size: (queries: Int, keys: Int, headSize: Int)) {
        for (format, isCausal) in [
            (PanelFormat.float32, false), (.bfloat16, false), (.float32, true), (.bfloat16, true),
        ] {
            for kernels in MatrixKernelSet.supported + MatrixKernelSet.forTests {
                let found = attended(size, format, isCausal: isCausal) { head, scratch in
                    kernels.kernels.attend(head, scratch: scratch)
                }
                let expected = attended(size, format, isCausal: isCausal) { head, _ in
                    head.attendScalars(kernels.arithmetic)
                }
                expectEqual(found.bits, expected.bits, "\(kernels), \(format), \(isCausal)")
                let precise = attended(size, format, isCausal: isCausal, inDoubles)
                #expect(
                    relativeError(found, precise.map(Double.init)) < (format == .bfloat16 ? 8e-3 : 1e-5), "\(kernels)")
            }
        }
    }

    /// Keys and values that are packed once give what they give when each head packs them, unless that takes tiles.
    @Test(arguments: MatrixKernelSet.supported, heads.filter { $0.0 < 24 || $0.1 == 65 })
    func packedHeadsGiveTheSame(kernels: MatrixKernelSet, size: (queries: Int, keys: Int, headSize: Int)) {
        let found = attended(size, .bfloat16) { head, scratch in
            let panels = KernelMemory(byteCount: head.panelBytes, filler: 0xFF)
            head.pack(into: panels.base)
            var packed = head
            packed.panels = UnsafeRawPointer(panels.base)
            packed.keys = UnsafeRawPointer(scratch)
            packed.values = UnsafeRawPointer(scratch)
            let memory = KernelMemory(byteCount: packed.scratchBytes, filler: 0xFF)
            withExtendedLifetime((panels, memory)) { kernels.kernels.attend(packed, scratch: memory.base) }
        }
        let expected = attended(size, .bfloat16) { head, _ in
            var arithmetic = kernels.arithmetic
            arithmetic.hasBFloat16Tiles = false
            head.attendScalars(arithmetic)
        }
        expectEqual(found.bits, expected.bits, "\(kernels)")
    }

    /// As above, in double precision.
    private func inDoubles(_ head: AttentionHead, _: UnsafeMutableRawPointer) {
        func numbers(_ start: UnsafeRawPointer, _ stride: Int, _ count: Int) -> [[Float]] {
            (0..<count).map { row in
                (0..<head.headSize).map { column in
                    let place = start + row * stride
                    return head.format == .bfloat16
                        ? BFloat16.value(place.load(fromByteOffset: 2 * column, as: UInt16.self))
                        : place.load(fromByteOffset: 4 * column, as: Float.self)
                }
            }
        }
        let result = referenceAttention(
            queries: numbers(head.queries, head.queryStride, head.queryCount),
            keys: numbers(head.keys, head.keyStride, head.keyCount),
            values: numbers(head.values, head.valueStride, head.keyCount), scale: Double(head.scale)
        ) { head.isCausal ? head.keyCount - head.queryCount + $0 + 1 : head.keyCount }
        for (row, values) in result.enumerated() {
            for (column, value) in values.enumerated() { head.target[row * head.targetStride + column] = Float(value) }
        }
    }

    /// The second of two heads side by side; the first one's place in the result stays as it is.
    private func attended(
        _ size: (queries: Int, keys: Int, headSize: Int), _ format: PanelFormat, isCausal: Bool = false,
        _ compute: (AttentionHead, UnsafeMutableRawPointer) -> Void
    ) -> [Float] {
        var numbers = Numbers(seed: 12)
        let width = 2 * size.headSize
        func matrix(_ rows: Int) -> KernelMemory {
            let values = numbers.next(rows * width).map { $0 * 2 }
            return format == .bfloat16 ? KernelMemory(values.map(BFloat16.bits)) : KernelMemory(values)
        }
        let (queries, keys, values) = (matrix(size.queries), matrix(size.keys), matrix(size.keys))
        let target = KernelMemory(byteCount: size.queries * width * 4, filler: 0)
        let elementSize = 4 / format.groupDepth
        let (start, stride) = (size.headSize * elementSize, width * elementSize)
        let head = AttentionHead(
            format: format, queries: UnsafeRawPointer(queries.base + start), queryStride: stride,
            queryCount: size.queries, keys: UnsafeRawPointer(keys.base + start), keyStride: stride,
            values: UnsafeRawPointer(values.base + start), valueStride: stride, keyCount: size.keys,
            headSize: size.headSize, scale: 0.7, isCausal: isCausal && size.queries <= size.keys,
            target: target.pointer() + size.headSize, targetStride: width)
        // What scratch memory holds before must not matter.
        let scratch = KernelMemory(byteCount: head.scratchBytes, filler: 0xFF)
        withExtendedLifetime((queries, keys, values, target, scratch)) { compute(head, scratch.base) }
        return target.floats
    }

    @Test(arguments: [(1, 0), (0, 1), (5, 3), (16, 17), (33, 40), (200, 57)], [1, 5, 8, 16, 22, 64, 80, 88])
    func queriesEqualScalarReferenceBitForBit(counts: (Int, Int), headSize: Int) {
        var numbers = Numbers(seed: UInt64(headSize))
        let width = headSize + 5
        let query = KernelMemory(numbers.next(headSize))
        let memory = (0..<4).map { KernelMemory(numbers.next(max($0 < 2 ? counts.0 : counts.1, 1) * width)) }
        func attended(
            cap: Float, _ compute: (AttentionQuery, UnsafeMutableRawPointer) -> Void
        ) -> [Float] {
            let target = KernelMemory(byteCount: width * 4, filler: 0)
            let job = AttentionQuery(
                query: query.pointer(), headSize: headSize, scale: 1.3, scoreCap: cap,
                pieces: (
                    AttentionQuery.Piece(
                        keys: memory[0].pointer(), values: memory[1].pointer(), count: counts.0),
                    AttentionQuery.Piece(
                        keys: memory[2].pointer(), values: memory[3].pointer(), count: counts.1)
                ), stride: width, target: target.pointer())
            let scratch = KernelMemory(byteCount: job.scratchBytes, filler: 0xFF)
            withExtendedLifetime((query, memory, target, scratch)) { compute(job, scratch.base) }
            return target.floats
        }
        for kernels in MatrixKernelSet.supported {
            for cap: Float in [0, 1.7] {
                let found = attended(cap: cap) { kernels.kernels.attend($0, scratch: $1) }
                let expected = attended(cap: cap) { job, _ in job.attendScalars(kernels.arithmetic) }
                expectEqual(found.bits, expected.bits, "\(kernels), cap \(cap)")
            }
        }
    }

    /// A score that is no number, or infinite, shows in the query's result and in no other.
    @Test(arguments: MatrixKernelSet.supported, [Float.nan, .infinity, -.infinity])
    func whatIsNotFiniteShows(kernels: MatrixKernelSet, value: Float) {
        for format in [PanelFormat.float32, .bfloat16] {
            let found = attended((queries: 27, keys: 33, headSize: 6), format) { head, scratch in
                let query = UnsafeMutableRawPointer(mutating: head.queries + 25 * head.queryStride)
                if format == .bfloat16 {
                    query.storeBytes(of: BFloat16.bits(value), toByteOffset: 4, as: UInt16.self)
                } else {
                    query.storeBytes(of: value, toByteOffset: 8, as: Float.self)
                }
                kernels.kernels.attend(head, scratch: scratch)
            }
            for row in 0..<27 {
                let part = found[(row * 12 + 6)..<(row * 12 + 12)]
                #expect(part.allSatisfy { $0.isFinite == (row != 25) }, "\(format), row \(row)")
            }
        }
    }
}
