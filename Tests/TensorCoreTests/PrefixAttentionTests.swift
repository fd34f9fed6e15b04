import CaptionerKernels
import Foundation
import Testing

@testable import CaptionerTensorCore

/// Attention over prefixes whose keys and values are packed, against the cache that reads them where they are.
@Suite struct PrefixAttentionTests {
    /// A prefix in one piece, by products of packed keys and values: with limits of scores, causal or not, beside a short one.
    @Test(arguments: [Float(0), 2.5], [false, true])
    func longPrefixesGiveTheSame(cap: Float, seesWholePrefix: Bool) {
        let context = ComputeContext(threadCount: 2)
        var numbers = Numbers(seed: 3)
        let sizes = AttentionSizes(.cache, headCount: 4, keyValueHeadCount: 2, headSize: 10, scoreCap: cap)
        let lengths = [70, 5, 64]
        let rows = lengths.reduce(0, +)
        let (q, k, v) = (
            numbers.next(rows * sizes.queryWidth), numbers.next(rows * sizes.keyValueWidth),
            numbers.next(rows * sizes.keyValueWidth)
        )
        let spans = lengths.indices.map { SequenceSpan(.prefix($0), start: 0, count: lengths[$0]) }
        func attended(packs: Bool, _ chosen: [SequenceSpan], rows: Range<Int>) -> [Float] {
            let cache = KeyValueCache(sizes: sizes, packsLongPrefixes: packs)
            for span in chosen { cache.addPrefix(span.prefix, positions: span.count, in: context) }
            func part(_ all: [Float], _ width: Int) -> ([Float], Int) {
                (Array(all[(rows.lowerBound * width)..<(rows.upperBound * width)]), width)
            }
            let projection = Projection(
                [part(q, sizes.queryWidth), part(k, sizes.keyValueWidth), part(v, sizes.keyValueWidth)], in: context)
            return cache.attend(projection, spans: chosen, seesWholePrefix: seesWholePrefix, in: context).array()
        }
        let found = attended(packs: true, spans, rows: 0..<rows)
        let expected = attended(packs: false, spans, rows: 0..<rows)
        #expect(relativeError(found, expected.map(Double.init)) < 1e-5)
        #expect(found != expected)
        // Each is what it is alone.
        var first = 0
        for (span, length) in zip(spans, lengths) {
            let alone = attended(packs: true, [span], rows: first..<(first + length))
            let width = sizes.queryWidth
            #expect(alone.bits == Array(found[(first * width)..<((first + length) * width)]).bits)
            first += length
        }
    }

    /// Keys and values in bfloat16, of an odd number of positions, for queries of several texts: one, or many, of the same image.
    @Test func panelsGiveTheSame() {
        let context = ComputeContext(threadCount: 2)
        var numbers = Numbers(seed: 8)
        let sizes = AttentionSizes(.longSequences, headCount: 3, headSize: 12, scale: 0.4)
        let width = sizes.queryWidth
        let images = [(number: 4, rows: 0..<37), (number: 1, rows: 37..<52)]
        let (k, v) = (numbers.next(52 * width), numbers.next(52 * width))
        let narrow = Projection(rows: 52, columns: 2 * width, format: .bfloat16, in: context)
        guard case .bfloat16(let keys) = narrow.target(column: 0) else { return }
        for row in 0..<52 {
            for column in 0..<width {
                keys[row * 2 * width + column] = BFloat16.bits(k[row * width + column])
                keys[row * 2 * width + width + column] = BFloat16.bits(v[row * width + column])
            }
        }
        let wide = Projection([(k, width), (v, width)], in: context)
        let (packed, plain) = (KeyValueCache(sizes: sizes), KeyValueCache(sizes: sizes))
        for (number, rows) in images {
            packed.addPrefix(number, of: narrow, rows: rows, in: context)
            plain.addPrefix(number, of: wide, rows: rows, in: context)
        }
        // Thirty rows of one image, so that there would be tiles, and images in turn.
        let counts = [1, 30, 2, 1, 1]
        let numbersOfSpans = [4, 4, 1, 4, 1]
        let spans = zip(numbersOfSpans, counts).map { SequenceSpan(.prefix($0), start: 0, count: $1) }
        let q = numbers.next(35 * width)
        let queries = Projection([(q, width)], in: context)
        let found = packed.attendPrefixes(queries, spans: spans, in: context).array()
        let expected = plain.attendPrefixes(queries, spans: spans, in: context).array()
        #expect(relativeError(found, expected.map(Double.init)) < 8e-3)
        for (row, number) in zip(counts, numbersOfSpans).flatMap({ [Int](repeating: $1, count: $0) }).enumerated() {
            let part = Array(q[(row * width)..<((row + 1) * width)])
            let span = SequenceSpan(.prefix(number), start: 0, count: 1)
            let alone = packed.attendPrefixes(Projection([(part, width)], in: context), spans: [span], in: context)
            #expect(alone.array().bits == Array(found[(row * width)..<((row + 1) * width)]).bits, "row \(row)")
        }
    }

    /// A limit that is applied piece by piece.
    @Test func logitsAreLimited() {
        let context = ComputeContext(threadCount: 2)
        var numbers = Numbers(seed: 1)
        let values = numbers.next(40_001).map { $0 * 50 }
        let tensor = Tensor(values, shape: [1, 40_001], in: context)
        tensor.softCap(7, in: context)
        #expect(relativeError(tensor.array(), values.map { 7 * tanh(Double($0) / 7) }) < 1e-6)
    }
}
