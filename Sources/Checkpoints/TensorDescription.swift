package import SystemPackage

/// A tensor of a checkpoint and where its elements lie.
package struct TensorDescription: Equatable, Sendable {
    /// The full name, such as `vision_model.encoder.layers.0.mlp.fc1.weight`.
    package let name: String
    /// The type of the elements.
    package let dataType: DataType
    /// Sizes, outermost first. `[]` is a scalar.
    package let shape: [Int]
    /// The file that holds the elements.
    package let file: FilePath
    /// The bytes of the file that hold the elements: row-major, little endian.
    package let byteRange: Range<Int>

    /// The number of elements.
    package var count: Int { shape.reduce(1, *) }
}
