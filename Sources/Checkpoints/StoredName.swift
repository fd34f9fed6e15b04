/// What a checkpoint calls a tensor of a model, and how it holds it.
package struct StoredName: Sendable, Equatable {
    package let name: String
    /// Of a tensor that joins several of the model's, one after the other along the first dimension and equally large:
    /// which of them this is, and how many there are.
    package let part: Part?
    /// Whether a matrix is held with its rows and columns exchanged.
    package let isTransposed: Bool

    package struct Part: Sendable, Equatable {
        package let index: Int
        package let count: Int

        package init(_ index: Int, of count: Int) {
            precondition((0..<count).contains(index), "StoredName: part \(index) of \(count)")
            self.index = index
            self.count = count
        }
    }

    package init(_ name: String, part: Part? = nil, isTransposed: Bool = false) {
        self.name = name
        self.part = part
        self.isTransposed = isTransposed
    }

    /// The shape that the checkpoint's tensor has where the model's has `shape`.
    func storedShape(_ shape: [Int]) -> [Int] {
        if isTransposed { return shape.reversed() }
        guard let part, let first = shape.first else { return shape }
        return [first * part.count] + shape.dropFirst()
    }

    /// The shape that the model's tensor has where the checkpoint's has `stored`; nil where it has no such part.
    func shape(of stored: [Int]) -> [Int]? {
        if isTransposed { return stored.reversed() }
        guard let part else { return stored }
        guard let first = stored.first, first % part.count == 0 else { return nil }
        return [first / part.count] + stored.dropFirst()
    }
}

extension Checkpoint.StoredTensor {
    /// The model's tensor of a shape, in this one of a checkpoint.
    /// - Precondition: this has the shape that `name.storedShape(shape)` says.
    func tensor(_ name: StoredName, shape: [Int]) -> Checkpoint.StoredTensor {
        var range = description.byteRange
        if let part = name.part {
            let length = range.count / part.count
            range = (range.lowerBound + part.index * length)..<(range.lowerBound + (part.index + 1) * length)
        }
        return Checkpoint.StoredTensor(
            description: TensorDescription(
                name: description.name, dataType: description.dataType, shape: shape, file: description.file,
                byteRange: range),
            file: file, isTransposed: name.isTransposed)
    }
}
