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

    /// The result for a batch of one image, its batch dimension left out; of an image in tiles it has the tiles.
    init(_ name: String, _ tensor: borrowing Tensor) {
        let shape = tensor.shape
        self.init(name, shape: shape[0] == 1 ? Array(shape.dropFirst()) : shape, values: tensor.array())
    }
}
