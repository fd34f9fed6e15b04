import CaptionerTensorCore

/// One stage's result, copied out of the engine.
struct TracedStage: Sendable {
    let name: String
    let shape: [Int]
    var values: [Float]

    init(_ name: String, shape: [Int], values: [Float]) {
        self.name = name
        self.shape = shape
        self.values = values
    }

    /// The result for a batch of one image, its batch dimension left out.
    init(_ name: String, _ tensor: borrowing Tensor) {
        self.init(name, shape: Array(tensor.shape.dropFirst()), values: tensor.array())
    }
}
