import CaptionerGeneration
import Foundation
import TestSupport
import Testing

/// Each processor against transformers' on random logits, ties among them.
@Suite struct ProcessorTests {
    private static let reference = Result { try ProcessorReference() }

    @Test func processorsEqualTransformers() throws {
        let reference = try Self.reference.get()
        #expect(reference.cases.count >= 25)
        for example in reference.cases {
            let processors = try example.processors.map { try #require(reference.processor($0)) }
            let expected = reference.tensors.floats(example.name)
            let columns = reference.logits.count / reference.histories.count
            for (row, history) in reference.histories.enumerated() {
                var found = Array(reference.logits[(row * columns)..<((row + 1) * columns)])
                // The history's place does not matter when processors look at all of it.
                let split = TokenHistory(prompt: Array(history.prefix(row)), generated: Array(history.dropFirst(row)))
                found.withUnsafeMutableBufferPointer { logits in
                    for processor in processors { processor.process(logits, after: split) }
                }
                var wanted = Array(expected[(row * columns)..<((row + 1) * columns)])
                // Where the sum of top-p is reached within equal tokens, torch's sort takes any of them: which ones
                // depends on the processor. As many, and as probable ones, have to be left.
                if example.processors.contains(where: { $0.name == "top_p" }) {
                    found.sort()
                    wanted.sort()
                }
                // Divisions and products of single numbers leave no room for rounding.
                #expect(found == wanted, "\(example.processors.map(\.name)), case \(example.name), row \(row)")
            }
        }
    }

    /// transformers 4.38 lets a word of two tokens pass as the second token of a text.
    @Test func oldBadWordsNeedRoomForThemselves() {
        for (onlyFullWords, expected) in [(true, Float(1)), (false, -.infinity)] {
            var logits: [Float] = [1, 1, 1]
            let processor = BadWordsProcessor(words: [[0, 2]], endTokenIDs: [], looksAtFullWordsOnly: onlyFullWords)
            logits.withUnsafeMutableBufferPointer { processor.process($0, after: TokenHistory(generated: [0])) }
            #expect(logits == [1, 1, expected])
        }
    }

    @Test func lengthsMayCountThePrompt() {
        for (countsPrompt, expected) in [(true, Float(1)), (false, -.infinity)] {
            var logits: [Float] = [1, 1]
            let processor = MinimumLengthProcessor(minimum: 3, countsPrompt: countsPrompt, endTokenIDs: [1])
            let history = TokenHistory(prompt: [5, 6], generated: [7])
            logits.withUnsafeMutableBufferPointer { processor.process($0, after: history) }
            #expect(logits == [1, expected])
        }
    }

    /// Ids of other vocabularies, such as placeholders of images, do no harm.
    @Test func tokensOutsideOfTheVocabularyArePassedOver() {
        let processors: [any LogitsProcessor] = [
            RepetitionPenaltyProcessor(penalty: 2), NoRepeatNGramProcessor(size: 1),
            BadWordsProcessor(words: [[-1], [7]], endTokenIDs: [], looksAtFullWordsOnly: false),
            MinimumLengthProcessor(minimum: 9, countsPrompt: true, endTokenIDs: [-1, 5]),
        ]
        var logits: [Float] = [1, 1]
        logits.withUnsafeMutableBufferPointer { logits in
            for processor in processors { processor.process(logits, after: TokenHistory(prompt: [-1, 2])) }
        }
        #expect(logits == [1, 1])
    }
}

/// `Tests/Fixtures/generation/processors.json` and `.safetensors`.
private struct ProcessorReference {
    let histories: [[Int]]
    let cases: [Case]
    let logits: [Float]
    let tensors: StoredTensors
    private let endTokenIDs: [Int]

    struct Case: Decodable {
        let name: String
        let processors: [Processor]
    }

    struct Processor: Decodable {
        let name: String
        let numbers: [Double]
        let words: [[Int]]

        enum CodingKeys: String, CodingKey {
            case name, arguments
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            name = try container.decode(String.self, forKey: .name)
            words = name == "bad_words" ? try container.decode([[Int]].self, forKey: .arguments) : []
            numbers = name == "bad_words" ? [] : try container.decode([Double].self, forKey: .arguments)
        }
    }

    private struct File: Decodable {
        let histories: [[Int]]
        let endTokenIDs: [Int]
        let cases: [Case]

        enum CodingKeys: String, CodingKey {
            case histories, cases
            case endTokenIDs = "end_token_ids"
        }
    }

    init() throws {
        let folder = Fixtures.folder.appendingPathComponent("generation")
        let file = try JSONDecoder().decode(
            File.self, from: Data(contentsOf: folder.appendingPathComponent("processors.json")))
        (histories, cases, endTokenIDs) = (file.histories, file.cases, file.endTokenIDs)
        tensors = try StoredTensors(folder.appendingPathComponent("processors.safetensors"))
        logits = tensors.floats("logits")
    }

    func processor(_ description: Processor) -> (any LogitsProcessor)? {
        let number = description.numbers.first ?? 0
        let kept = description.numbers.count > 1 ? Int(description.numbers[1]) : 1
        switch description.name {
        case "repetition_penalty": return RepetitionPenaltyProcessor(penalty: Float(number))
        case "no_repeat_ngram_size": return NoRepeatNGramProcessor(size: Int(number))
        case "bad_words":
            return BadWordsProcessor(words: description.words, endTokenIDs: endTokenIDs, looksAtFullWordsOnly: false)
        case "min_length":
            return MinimumLengthProcessor(minimum: Int(number), countsPrompt: true, endTokenIDs: endTokenIDs)
        case "temperature": return TemperatureProcessor(temperature: Float(number))
        case "top_k": return TopKProcessor(count: Int(number), minimumKept: kept)
        case "top_p": return TopPProcessor(mass: number, minimumKept: kept)
        case "min_p": return MinPProcessor(share: Float(number), minimumKept: kept)
        default: return nil
        }
    }
}
