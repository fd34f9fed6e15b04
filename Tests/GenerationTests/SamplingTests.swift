import CaptionerTensorCore
import Foundation
import Testing

@testable import CaptionerGeneration

@Suite struct SamplingTests {
    /// Tokens are drawn as often as the model says, filtered as the options say: Pearson's chi-square test.
    @Test(
        arguments: [[], [TemperatureProcessor(temperature: 0.7), TopKProcessor(count: 5)]] as [[any LogitsProcessor]])
    func frequenciesAreThoseOfTheDistribution(processors: [any LogitsProcessor]) throws {
        var logits = (0..<12).map { Float(sin(Double($0) * 1.7) * 2) }
        let count = 20_000
        let session = FixedSession(logits, rows: count)
        let search = TokenSearch(
            maxNewTokens: 1, endTokenIDs: [], processors: processors, choice: .sampled(seed: 12), copies: count)
        let found = try search(session, starts: .plain(1))[0]
        var frequencies = [Int](repeating: 0, count: logits.count)
        for sequence in found { frequencies[sequence.tokenIDs[0]] += 1 }

        logits.withUnsafeMutableBufferPointer { logits in
            for processor in processors { processor.process(logits, after: TokenHistory()) }
        }
        let weights = logits.map { exp(Double($0)) }
        let expected = weights.map { $0 / weights.reduce(0, +) * Double(count) }
        var statistic = 0.0
        for (found, expected) in zip(frequencies, expected) {
            if expected == 0 { #expect(found == 0) } else { statistic += pow(Double(found) - expected, 2) / expected }
        }
        // The 99.9 % quantiles of chi-square with 11 and 4 degrees of freedom.
        #expect(statistic < (processors.isEmpty ? 31.26 : 18.47))
    }

    /// What is drawn depends on the seeds alone, not on neighbours or place.
    @Test func seedsDecide() throws {
        let logits = [Float](repeating: 0, count: 50)
        func tokens(_ seed: UInt64, _ starts: [UInt64], copies: Int = 1) throws -> [[[Int]]] {
            let search = TokenSearch(maxNewTokens: 6, endTokenIDs: [], choice: .sampled(seed: seed), copies: copies)
            let session = FixedSession(logits, rows: starts.count)
            let starts = starts.map { SequenceStart(seed: $0) }
            return try search(session, starts: starts).map { $0.map(\.tokenIDs) }
        }
        let alone = try tokens(1, [7])
        #expect(try tokens(1, [3, 7, 9])[1] == alone[0])
        #expect(try tokens(1, [7], copies: 3)[0][0] == alone[0][0])
        #expect(try tokens(2, [7]) != alone)
        #expect(try tokens(1, [8]) != alone)
        #expect(Set(try tokens(1, [7], copies: 5)[0]).count == 5)
    }

    /// Draws without replacement: of three tokens with weights 1, 2, 5 each ordered pair comes as often as if the second
    /// were drawn from what the first left.
    @Test func drawsWithoutReplacement() {
        let weights = [1.0, 2.0, 5.0]
        let logits = weights.map { Float(log($0)) }
        let count = 20_000
        var pairs: [[Int]: Int] = [:]
        for seed in 0..<count {
            var random = RandomNumbers(seeds: UInt64(seed))
            let drawn = logits.withUnsafeBufferPointer { CategoricalDistribution($0).draw(2, &random) }
            pairs[drawn, default: 0] += 1
        }
        var statistic = 0.0
        for (first, weight) in weights.enumerated() {
            for (second, other) in weights.enumerated() where second != first {
                let expected = weight / 8 * other / (8 - weight) * Double(count)
                statistic += pow(Double(pairs[[first, second]] ?? 0) - expected, 2) / expected
            }
        }
        // The 99.9 % quantile of chi-square with 5 degrees of freedom.
        #expect(statistic < 20.52)
        #expect(pairs.values.reduce(0, +) == count)
    }

    /// What beams draw at first: in transformers 4 from all of them, which are at one place, so that two may take the
    /// same token; in transformers 5 from the first alone, and the other only where it has too few tokens.
    @Test func beamsDrawAsTheirVersionDoes() throws {
        let logits: [Float] = [4, 0, 0]
        func outcomes(_ rules: BeamSettings.Rules) throws -> Set<[[Int]]> {
            let search = BeamSearch(
                settings: BeamSettings(beamCount: 2, returnedCount: 2, rules: rules, samplingSeed: 5), maxNewTokens: 1,
                endTokenIDs: [])
            let found = try search(FixedSession(logits, rows: 50), starts: .plain(50))
            return Set(found.map { $0.map(\.tokenIDs) })
        }
        #expect(try outcomes(.transformers4).contains([[0], [0]]))
        #expect(try outcomes(.transformers5).allSatisfy { $0[0] != $0[1] })
    }
}

/// Every sequence has the same logits at every step.
private final class FixedSession: DecodingSession {
    private let context = ComputeContext(threadCount: 1)
    private let logits: [Float]
    private var rows: Int
    let remainingTokens: [Int]

    init(_ logits: [Float], rows: Int) {
        self.logits = logits
        self.rows = rows
        remainingTokens = [Int](repeating: 100, count: rows)
    }

    func prefill() -> Tensor { result() }
    func step(_ tokenIDs: [Int]) -> Tensor { result() }
    func select(rows: [Int]) { self.rows = rows.count }

    private func result() -> Tensor {
        Tensor((0..<rows).flatMap { _ in logits }, shape: [rows, logits.count], in: context)
    }
}
