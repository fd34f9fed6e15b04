import Crypto
import Foundation

/// What `answer_id` has: 22 characters, as the Python package `shortuuid` makes them.
///
/// There they are random. Here they are made of a hash of the question's place, the prompt and the model, so that a run
/// that is repeated writes the same bytes.
enum AnswerIdentifier {
    /// shortuuid's: digits and letters without those that look alike.
    static let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")

    static let length = 22

    /// - Parameter position: of the question in its file, from 0.
    static func of(position: Int, prompt: String, modelID: String) -> String {
        let hash = SHA256.hash(data: Data("\(position)\0\(modelID)\0\(prompt)".utf8))
        var number = hash.prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        let base = UInt128(alphabet.count)
        var digits: [Character] = []
        for _ in 0..<length {
            digits.append(alphabet[Int(number % base)])
            number /= base
        }
        return String(digits.reversed())
    }
}
