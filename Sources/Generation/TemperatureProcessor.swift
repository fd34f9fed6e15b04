/// Divides logits by a temperature. `TemperatureLogitsWarper` in transformers.
package struct TemperatureProcessor: LogitsProcessor {
    private let temperature: Float

    /// - Parameter temperature: above 0; below 1 sharpens the distribution, above 1 flattens it.
    package init(temperature: Float) {
        self.temperature = temperature
    }

    package func process(_ logits: UnsafeMutableBufferPointer<Float>, after history: TokenHistory) {
        for index in logits.indices { logits[index] /= temperature }
    }
}
