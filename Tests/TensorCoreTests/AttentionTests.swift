import TensorCore
import Testing

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

    /// A sequence that is read in pieces, beside others of other lengths, attends as if it were read alone and at once.
    @Test func cacheEqualsReferenceForUnequalSequences() {
        let context = ComputeContext(threadCount: 2)
        var numbers = Numbers(seed: 3)
        let (heads, headSize) = (2, 5)
        let width = heads * headSize
        let lengths = [6, 3]
        let pieces = [[4, 1, 1], [1, 1, 1]]
        let q = lengths.map { numbers.next($0 * width) }
        let k = lengths.map { numbers.next($0 * width) }
        let v = lengths.map { numbers.next($0 * width) }
        let cache = KeyValueCache(slots: 2, capacity: 6, width: width, in: context)
        var found: [[Float]] = [[], []]
        var starts = [0, 0]
        for step in 0..<3 {
            let spans = [0, 1].map { SequenceSpan(slot: $0, start: starts[$0], count: pieces[$0][step]) }
            func rows(_ all: [[Float]]) -> Tensor {
                let values = spans.flatMap { all[$0.slot][($0.start * width)..<($0.end * width)] }
                return Tensor(values, shape: [values.count / width, width], in: context)
            }
            let result = cache.attend(
                queries: rows(q), newKeys: rows(k), newValues: rows(v), spans: spans, headCount: heads, scale: 0.5,
                in: context
            ).array()
            var next = 0
            for span in spans {
                found[span.slot] += result[(next * width)..<((next + span.count) * width)]
                next += span.count
                starts[span.slot] = span.end
            }
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
