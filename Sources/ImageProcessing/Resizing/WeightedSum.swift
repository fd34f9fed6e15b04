#if arch(x86_64)
    import CaptionerIntrinsics
#endif

/// Weighted sums of samples in 32-bit fixed point, 16 columns at a time.
///
/// Whole sums do not overflow: the weights of one output pixel add up to 1 and in magnitude to less than 2, so that 255
/// times their sum keeps within 31 bits.
enum WeightedSum {
    /// The sums of 16 neighbouring columns over as many rows as there are weights, rounded to 8 bits.
    /// - Parameters:
    ///   - rows: the first row; 16 bytes of each are read.
    ///   - rowByteCount: from one row to the next.
    @inline(__always)
    static func of(
        _ rows: UnsafeRawPointer, rowByteCount: Int, weights: ResamplingCoefficients.Weights
    ) -> SIMD16<UInt8> {
        #if arch(x86_64)
            pairwise(rows, rowByteCount: rowByteCount, weights: weights)
        #else
            var samples = rows
            var sum = SIMD16<Int32>(repeating: half)
            for tap in 0..<weights.count {
                sum &+=
                    SIMD16<Int32>(truncatingIfNeeded: samples.loadUnaligned(as: SIMD16<UInt8>.self))
                    &* weights.single[tap]
                samples += rowByteCount
            }
            let rounded = (sum &>> ResamplingCoefficients.fractionBits)
                .clamped(lowerBound: SIMD16(repeating: 0), upperBound: SIMD16(repeating: 255))
            return SIMD16<UInt8>(truncatingIfNeeded: rounded)
        #endif
    }

    /// The sum of one column.
    @inline(__always)
    static func ofColumn(_ rows: UnsafeRawPointer, rowByteCount: Int, weights: ResamplingCoefficients.Weights) -> UInt8
    {
        var sum = half
        for row in 0..<weights.count {
            sum &+= Int32(rows.load(fromByteOffset: row &* rowByteCount, as: UInt8.self)) &* weights.single[row]
        }
        return UInt8(clamping: sum >> ResamplingCoefficients.fractionBits)
    }

    private static let half: Int32 = 1 << (ResamplingCoefficients.fractionBits - 1)

    #if arch(x86_64)
        /// Two weights in two parts, four times side by side.
        struct Pair {
            let high: __m128i
            let low: __m128i

            init(_ first: Int32, _ second: Int32) {
                func both(_ first: Int32, _ second: Int32) -> __m128i {
                    _mm_set1_epi32(first & 0xFFFF | second &<< 16)
                }
                high = both(first >> lowBits, second >> lowBits)
                low = both(first & (1 << lowBits - 1), second & (1 << lowBits - 1))
            }
        }

        /// Bits of the lower part of a weight. What is above takes 13 bits with its sign. The sum of lower parts may exceed 32
        /// bits where thousands of weights are negative. All additions wrap, so that what is put together is right.
        private static let lowBits: Int32 = 11

        /// Every x86-64 adds products of pairs of 16-bit numbers in one instruction, and has none for products of 32 bits:
        /// so weights are cut in two, rows are taken in pairs, and the parts' sums are put together at the end.
        @inline(__always)
        private static func pairwise(
            _ rows: UnsafeRawPointer, rowByteCount: Int, weights: ResamplingCoefficients.Weights
        ) -> SIMD16<UInt8> {
            var high = (__m128i(), __m128i(), __m128i(), __m128i())
            var low = high
            let zero = __m128i()
            var samples = rows
            var rest = weights.count
            var next = weights.pairs
            while rest > 0 {
                let pair = next.pointee
                let first = samples.loadUnaligned(as: __m128i.self)
                let second = (rest > 1 ? samples + rowByteCount : samples).loadUnaligned(as: __m128i.self)
                let (highWeights, lowWeights) = (pair.high, pair.low)
                let (left, right) = (_mm_unpacklo_epi8(first, second), _mm_unpackhi_epi8(first, second))
                let pairs = (
                    _mm_unpacklo_epi8(left, zero), _mm_unpackhi_epi8(left, zero),
                    _mm_unpacklo_epi8(right, zero), _mm_unpackhi_epi8(right, zero)
                )
                high.0 = _mm_add_epi32(high.0, _mm_madd_epi16(pairs.0, highWeights))
                high.1 = _mm_add_epi32(high.1, _mm_madd_epi16(pairs.1, highWeights))
                high.2 = _mm_add_epi32(high.2, _mm_madd_epi16(pairs.2, highWeights))
                high.3 = _mm_add_epi32(high.3, _mm_madd_epi16(pairs.3, highWeights))
                low.0 = _mm_add_epi32(low.0, _mm_madd_epi16(pairs.0, lowWeights))
                low.1 = _mm_add_epi32(low.1, _mm_madd_epi16(pairs.1, lowWeights))
                low.2 = _mm_add_epi32(low.2, _mm_madd_epi16(pairs.2, lowWeights))
                low.3 = _mm_add_epi32(low.3, _mm_madd_epi16(pairs.3, lowWeights))
                samples += 2 &* rowByteCount
                next += 1
                rest &-= 2
            }
            // Both instructions clamp.
            return unsafeBitCast(
                _mm_packus_epi16(
                    _mm_packs_epi32(rounded(high.0, low.0), rounded(high.1, low.1)),
                    _mm_packs_epi32(rounded(high.2, low.2), rounded(high.3, low.3))), to: SIMD16<UInt8>.self)
        }

        @inline(__always)
        private static func rounded(_ high: __m128i, _ low: __m128i) -> __m128i {
            let sum = _mm_add_epi32(_mm_slli_epi32(high, lowBits), _mm_add_epi32(low, _mm_set1_epi32(half)))
            return _mm_srai_epi32(sum, ResamplingCoefficients.fractionBits)
        }
    #else
        /// Not needed where 32-bit numbers are multiplied in vectors.
        struct Pair {
            init(_: Int32, _: Int32) {}
        }
    #endif
}
