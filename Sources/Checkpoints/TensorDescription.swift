public import SystemPackage

/// A tensor of a checkpoint and where its elements lie.
public struct TensorDescription: Equatable, Sendable {
    /// The full name, such as `vision_model.encoder.layers.0.mlp.fc1.weight`.
    public let name: String
    /// The type of the elements.
    public let dataType: DataType
    /// Sizes, outermost first. `[]` is a scalar.
    public let shape: [Int]
    /// The file that holds the elements.
    public let file: FilePath
    /// The bytes of the file that hold the elements: row-major, little endian.
    public let byteRange: Range<Int>

    /// The number of elements.
    public var count: Int { shape.reduce(1, *) }
}
