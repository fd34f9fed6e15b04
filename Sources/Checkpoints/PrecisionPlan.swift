package import CaptionerTensorCore

/// Which precision each linear layer of a model gets.
package struct PrecisionPlan: Sendable, Equatable {
    /// Layers whose name holds a given part, and their precision.
    package struct Exception: Sendable, Equatable {
        /// Dotted parts of a name that follow each other, such as `qformer`, `decoder.layers.0` or `lm_head`.
        package var part: String
        package var precision: Precision

        package init(part: String, precision: Precision) {
            self.part = part
            self.precision = precision
        }

        func names(layer name: String) -> Bool { ".\(name).".utf8.contains(".\(part).".utf8) }
    }

    /// What a layer gets that no exception names.
    package var precision: Precision
    /// The last that names a layer counts.
    package var exceptions: [Exception]

    package init(_ precision: Precision, exceptions: [Exception] = []) {
        self.precision = precision
        self.exceptions = exceptions
    }

    /// - Parameter name: of the layer, such as `vision_model.encoder.layers.3.mlp.fc1`.
    func precision(ofLayer name: String) -> Precision {
        exceptions.last { $0.names(layer: name) }?.precision ?? precision
    }
}
