import CaptionerKernels
import Foundation
import Testing

@testable import CaptionerTensorCore

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
            queries: MatrixView(queries), keys: MatrixView(keys), values: MatrixView(values),
            spans: (0..<sizes.batch).map { image in
                AttentionSpan(
                    queries: (image * sizes.queries)..<((image + 1) * sizes.queries),
                    keys: (image * sizes.keys)..<((image + 1) * sizes.keys))
            },
            sizes: AttentionSizes(.shortSequences, headCount: sizes.heads, headSize: sizes.headSize, scale: 2),
            in: context
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

    /// Several heads of queries share one of keys and values; a position sees those before it.
    @Test(arguments: [(1, 1, 1, 4), (2, 5, 2, 6), (1, 70, 1, 256), (3, 33, 4, 11)])
    func groupedCausalAttentionEqualsReference(
        size: (batch: Int, positions: Int, keyValueHeads: Int, headSize: Int)
    ) {
        let context = ComputeContext(threadCount: 2)
        var numbers = Numbers(seed: 21)
        let sizes = AttentionSizes(
            .longSequences, headCount: 8, keyValueHeadCount: size.keyValueHeads, headSize: size.headSize)
        let rows = size.batch * size.positions
        let (q, k, v) = (
            numbers.next(rows * sizes.queryWidth), numbers.next(rows * sizes.keyValueWidth),
            numbers.next(rows * sizes.keyValueWidth)
        )
        let projection = Projection(
            [(q, sizes.queryWidth), (k, sizes.keyValueWidth), (v, sizes.keyValueWidth)], in: context)
        let whole = selfAttention(projection, batch: size.batch, sizes: sizes, isCausal: true, in: context).array()
        let cache = KeyValueCache(sizes: sizes)
        for number in 0..<size.batch { cache.addPrefix(number, positions: size.positions, in: context) }
        let spans = (0..<size.batch).map { SequenceSpan(.prefix($0), start: 0, count: size.positions) }
        let cached = cache.attend(projection, spans: spans, in: context).array()
        for sequence in 0..<size.batch {
            for head in 0..<8 {
                func part(_ all: [Float], _ width: Int, _ head: Int) -> [[Float]] {
                    (0..<size.positions).map { row in
                        let start = (sequence * size.positions + row) * width + head * size.headSize
                        return Array(all[start..<(start + size.headSize)])
                    }
                }
                let source = head / (8 / size.keyValueHeads)
                let expected = referenceAttention(
                    queries: part(q, sizes.queryWidth, head), keys: part(k, sizes.keyValueWidth, source),
                    values: part(v, sizes.keyValueWidth, source), scale: Double(sizes.scale)
                ) { $0 + 1 }
                for found in [whole, cached] {
                    let found = part(found, sizes.queryWidth, head).flatMap { $0 }
                    #expect(relativeError(found, expected.flatMap { $0 }) < 1e-5)
                }
            }
        }
    }

    /// A turned head is the same complex numbers times e^(i · position · frequency).
    @Test(arguments: [2, 6, 64, 256])
    func rotaryPositionsEqualReference(headSize: Int) {
        let context = ComputeContext(threadCount: 2)
        var numbers = Numbers(seed: 5)
        let sizes = AttentionSizes(.cache, headCount: 4, keyValueHeadCount: 2, headSize: headSize)
        let spans = [
            SequenceSpan(.prefix(0), start: 0, count: 3),
            SequenceSpan(.suffix(slot: 0, prefix: 1, count: 700), start: 11, count: 2),
        ]
        let positions = [0, 1, 2, 711, 712]
        let (q, k, v) = (
            numbers.next(5 * sizes.queryWidth), numbers.next(5 * sizes.keyValueWidth),
            numbers.next(5 * sizes.keyValueWidth)
        )
        let projection = Projection(
            [(q, sizes.queryWidth), (k, sizes.keyValueWidth), (v, sizes.keyValueWidth)], in: context)
        RotaryPositions(headSize: headSize).apply(to: projection, spans: spans, sizes: sizes, in: context)
        let view = projection.view(0..<(sizes.queryWidth + 2 * sizes.keyValueWidth))
        for (row, position) in positions.enumerated() {
            let found = UnsafeBufferPointer(start: view.floats(row: row), count: view.columns)
            for head in 0..<6 {
                let source =
                    head < 4
                    ? q[(row * sizes.queryWidth + head * headSize)...]
                    : k[(row * sizes.keyValueWidth + (head - 4) * headSize)...]
                let half = headSize / 2
                for pair in 0..<half {
                    let angle = Double(position) * pow(10000, -2 * Double(pair) / Double(headSize))
                    let (x, y) = (
                        Double(source[source.startIndex + pair]), Double(source[source.startIndex + half + pair])
                    )
                    // The angle is a float, as in transformers.
                    let bound = 2e-7 + angle * 2e-7
                    let place = head * headSize + pair
                    #expect(abs(Double(found[place]) - (x * cos(angle) - y * sin(angle))) < bound)
                    #expect(abs(Double(found[place + half]) - (y * cos(angle) + x * sin(angle))) < bound)
                }
            }
            #expect(
                found.suffix(sizes.keyValueWidth).elementsEqual(
                    v[(row * sizes.keyValueWidth)...].prefix(sizes.keyValueWidth)))
        }
    }

    /// Sequences that share what they begin with, are read in pieces, beside others of other lengths, attend as if each
    /// were read alone and at once. One of them continues in a copy.
    @Test func cacheEqualsReferenceForUnequalSequences() {
        let context = ComputeContext(threadCount: 2)
        var numbers = Numbers(seed: 3)
        let (heads, headSize) = (2, 5)
        let width = heads * headSize
        // Sequence 0 and 1 begin with the same four positions, sequence 2 with three of its own.
        let prefixes = [(text: 0, count: 4), (text: 0, count: 4), (text: 1, count: 3)]
        let lengths = [8, 8, 5]
        func draw() -> [[Float]] {
            var rows = lengths.map { numbers.next($0 * width) }
            rows[1].replaceSubrange(0..<(4 * width), with: rows[0][0..<(4 * width)])
            return rows
        }
        let (q, k, v) = (draw(), draw(), draw())
        let cache = KeyValueCache(sizes: AttentionSizes(.cache, headCount: heads, headSize: headSize, scale: 0.5))
        cache.addPrefix(0, positions: 4, in: context)
        cache.addPrefix(1, positions: 3, in: context)
        var found = lengths.map { _ in [Float]() }
        func attend(_ pieces: [(sequence: Int, span: SequenceSpan, first: Int)]) -> [[Float]] {
            func rows(_ all: [[Float]]) -> [Float] {
                pieces.flatMap { piece in
                    all[piece.sequence][(piece.first * width)..<((piece.first + piece.span.count) * width)]
                }
            }
            let projection = Projection([rows(q), rows(k), rows(v)], width: width, in: context)
            let result = cache.attend(
                projection, spans: pieces.map(\.span), in: context
            ).array()
            return zip(pieces, SequenceSpan.firstRows(of: pieces.map(\.span))).map { piece, row in
                Array(result[(row * width)..<((row + piece.span.count) * width)])
            }
        }
        let first = attend([
            (0, SequenceSpan(.prefix(0), start: 0, count: 4), 0),
            (2, SequenceSpan(.prefix(1), start: 0, count: 3), 0),
        ])
        (found[0], found[1], found[2]) = (first[0], first[0], first[1])
        // Two positions for sequence 0 and 1, one for sequence 2, then the other way round.
        // Before the second turn the room is made larger.
        for (counts, slots, room) in [([2, 2, 1], [3, 1, 0], 2), ([2, 2, 1], [2, 1, 0], 100)] {
            for slot in slots { cache.reserveSuffix(slot, positions: room, limit: 100, in: context) }
            let pieces = lengths.indices.map { index in
                let done = found[index].count / width
                let (text, count) = prefixes[index]
                let span = SequenceSpan(
                    .suffix(slot: slots[index], prefix: text, count: count), start: done - count,
                    count: counts[index])
                return (sequence: index, span: span, first: done)
            }
            for (index, rows) in attend(pieces).enumerated() { found[index] += rows }
            cache.copySuffix(from: 3, to: 2, count: 2, in: context)
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
        self.init(parts.map { ($0, width) }, in: context)
    }

    /// Matrices `[rows, width]`, each with its width, side by side.
    init(_ parts: [(values: [Float], width: Int)], in context: ComputeContext) {
        let columns = parts.map(\.width).reduce(0, +)
        self.init(rows: parts[0].values.count / parts[0].width, columns: columns, format: .float32, in: context)
        var column = 0
        for (values, width) in parts {
            defer { column += width }
            guard case .float32(let target) = target(column: column) else { continue }
            for (place, value) in values.enumerated() { target[place / width * columns + place % width] = value }
        }
    }
}
