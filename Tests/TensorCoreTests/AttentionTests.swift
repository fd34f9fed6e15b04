import MatrixKernels
import Testing

@testable import TensorCore

@Suite struct AttentionTests {
    @Test(arguments: [(1, 1, 1, 1, 1), (2, 5, 5, 2, 22), (1, 7, 65, 3, 8), (3, 33, 9, 1, 11)])
    func equalsReference(sizes: (batch: Int, queries: Int, keys: Int, heads: Int, headSize: Int)) {
        let context = ComputeContext(threadCount: 2)
        var numbers = Numbers(seed: 11)
        let width = sizes.heads * sizes.headSize
        let q = numbers.next(sizes.batch * sizes.queries * width)
        let k = numbers.next(sizes.batch * sizes.keys * width)
        let v = numbers.next(sizes.batch * sizes.keys * width)
        let queries = Tensor(q, shape: [sizes.batch, sizes.queries, width], in: context)
        let keys = Tensor(k, shape: [sizes.batch, sizes.keys, width], in: context)
        let values = Tensor(v, shape: [sizes.batch, sizes.keys, width], in: context)
        let found = attention(
            queries: MatrixView(queries), keys: MatrixView(keys), values: MatrixView(values), batch: sizes.batch,
            headCount: sizes.heads, scale: 2, in: context
        ).array()
        for image in 0..<sizes.batch {
            for head in 0..<sizes.heads {
                func part(_ all: [Float], _ length: Int) -> [[Float]] {
                    (0..<length).map { row in
                        let start = (image * length + row) * width + head * sizes.headSize
                        return Array(all[start..<(start + sizes.headSize)])
                    }
                }
                let expected = referenceAttention(
                    queries: part(q, sizes.queries), keys: part(k, sizes.keys), values: part(v, sizes.keys), scale: 2
                ) { _ in sizes.keys }
                #expect(relativeError(part(found, sizes.queries).flatMap { $0 }, expected.flatMap { $0 }) < 1e-5)
            }
        }
    }

    /// Sequences that share what they begin with, are read in pieces, beside others of other lengths, attend as if each
    /// were read alone and at once. One of them goes on in a copy.
    @Test func cacheEqualsReferenceForUnequalSequences() {
        let context = ComputeContext(threadCount: 2)
        var numbers = Numbers(seed: 3)
        let (heads, headSize) = (2, 5)
        let width = heads * headSize
        // Sequence 0 and 1 begin with the same four positions, sequence 2 with three of its own.
        let beginnings = [(text: 0, count: 4), (text: 0, count: 4), (text: 1, count: 3)]
        let lengths = [8, 8, 5]
        func draw() -> [[Float]] {
            var rows = lengths.map { numbers.next($0 * width) }
            rows[1].replaceSubrange(0..<(4 * width), with: rows[0][0..<(4 * width)])
            return rows
        }
        let (q, k, v) = (draw(), draw(), draw())
        let cache = KeyValueCache(
            beginnings: (count: 2, capacity: 4), continuations: 4, width: width, in: context)
        var found = lengths.map { _ in [Float]() }
        func attend(_ pieces: [(sequence: Int, span: SequenceSpan, first: Int)]) -> [[Float]] {
            func rows(_ all: [[Float]]) -> [Float] {
                pieces.flatMap { piece in
                    all[piece.sequence][(piece.first * width)..<((piece.first + piece.span.count) * width)]
                }
            }
            let projection = Projection([rows(q), rows(k), rows(v)], width: width, in: context)
            let result = cache.attend(
                projection, spans: pieces.map(\.span), headCount: heads, scale: 0.5, in: context
            ).array()
            return zip(pieces, SequenceSpan.firstRows(of: pieces.map(\.span))).map { piece, row in
                Array(result[(row * width)..<((row + piece.span.count) * width)])
            }
        }
        let first = attend([
            (0, SequenceSpan(.beginning(0), start: 0, count: 4), 0),
            (2, SequenceSpan(.beginning(1), start: 0, count: 3), 0),
        ])
        (found[0], found[1], found[2]) = (first[0], first[0], first[1])
        // Two positions for sequence 0 and 1, one for sequence 2, then the other way round.
        // Before the second turn the room is made larger.
        for (counts, slots, room) in [([2, 2, 1], [3, 1, 0], 2), ([2, 2, 1], [2, 1, 0], 100)] {
            cache.reserveContinuations(positions: room, limit: 100, in: context)
            let pieces = lengths.indices.map { index in
                let done = found[index].count / width
                let (text, count) = beginnings[index]
                let span = SequenceSpan(
                    .continuation(slot: slots[index], beginning: text, count: count), start: done - count,
                    count: counts[index])
                return (sequence: index, span: span, first: done)
            }
            for (index, rows) in attend(pieces).enumerated() { found[index] += rows }
            cache.copyContinuation(from: 3, to: 2, count: 2)
        }
        for (slot, length) in lengths.enumerated() {
            for head in 0..<heads {
                func part(_ all: [Float]) -> [[Float]] {
                    (0..<length).map {
                        Array(all[($0 * width + head * headSize)..<($0 * width + (head + 1) * headSize)])
                    }
                }
                let expected = referenceAttention(
                    queries: part(q[slot]), keys: part(k[slot]), values: part(v[slot]), scale: 0.5
                ) { $0 + 1 }
                #expect(relativeError(part(found[slot]).flatMap { $0 }, expected.flatMap { $0 }) < 1e-5)
            }
        }
    }
}

extension Projection {
    /// Matrices `[rows, width]` side by side.
    init(_ parts: [[Float]], width: Int, in context: ComputeContext) {
        let rows = parts[0].count / width
        self.init(rows: rows, columns: parts.count * width, format: .float32, in: context)
        for (index, part) in parts.enumerated() {
            guard case .float32(let target) = target(column: index * width) else { continue }
            for (place, value) in part.enumerated() {
                target[place / width * parts.count * width + place % width] = value
            }
        }
    }
}
