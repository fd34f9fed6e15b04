package import CaptionerFiles
package import SystemPackage

/// What a run captions: images or samples, in order. A kind of input is a type that conforms, and a line in
/// ``ItemSources``.
package protocol ItemSource: Sendable {
    /// Whether an input that was named is of this kind. It may not be there.
    static func claims(_ input: GivenPath) -> Bool
    /// Whether its items are samples, for which options about data sets are.
    static var hasSamples: Bool { get }
    /// Whether several inputs make one source.
    static var takesSeveralInputs: Bool { get }

    /// - Parameter fields: the names of fields and tokens in samples.
    /// - Throws: `FileError`, `CancellationError`.
    init(inputs: [GivenPath], fields: DataSetFields) throws

    /// How many items there are.
    var count: Int { get }
    /// What was read, as absolute paths.
    var paths: [String] { get }
    /// Files that are read besides those that items name.
    var files: [FilePath] { get }
    /// The names of fields and tokens in its samples; nil if its items are images.
    var fields: DataSetFields? { get }
    /// What a user may want to know of it, such as that there is nothing in it.
    var notes: [String] { get }

    /// Hands out the items of a range, in order.
    /// - Throws: `FileError`, `CancellationError`.
    func items(_ range: Range<Int>) throws -> any ItemReader
}

/// Hands out items one by one.
package protocol ItemReader: AnyObject {
    /// The next item; nil after the last.
    /// - Throws: `FileError`, `CancellationError`.
    func next() throws -> Item?
}

/// The kinds of input. The first that claims what was named gets it.
package enum ItemSources {
    private static let all: [any ItemSource.Type] = [
        DataSet.self,
        ArchiveList.self,
        ImageTable.self,
        LLaVASet.self,
        ImageList.self,
    ]

    /// - Parameter format: how they are read; nil to find it out from their names.
    /// - Throws: `FileError`, `CancellationError`.
    package static func source(
        of inputs: [GivenPath], fields: DataSetFields, format: InputFormat? = nil
    ) throws -> any ItemSource {
        try (inputs.first.flatMap { kind(of: $0, format) } ?? ImageList.self).init(inputs: inputs, fields: fields)
    }

    /// The first input that must be captioned by itself, if there are others.
    package static func lonely(in inputs: [GivenPath], format: InputFormat? = nil) -> GivenPath? {
        inputs.count > 1 ? inputs.first { kind(of: $0, format)?.takesSeveralInputs == false } : nil
    }

    /// Whether an input is read as samples.
    package static func haveSamples(_ input: GivenPath, format: InputFormat? = nil) -> Bool {
        kind(of: input, format)?.hasSamples == true
    }

    /// Whether a file is a list, by its name, whose paths are relative to its folder.
    package static func isList(_ path: FilePath) -> Bool {
        let input = GivenPath(path)
        return ImageTable.claims(input) || LLaVASet.claims(input)
    }

    private static func kind(of input: GivenPath, _ format: InputFormat?) -> (any ItemSource.Type)? {
        format?.kind ?? all.first { $0.claims(input) }
    }
}

extension ItemSource {
    package static var hasSamples: Bool { false }

    /// Goes through all items.
    /// - Throws: `FileError`, `CancellationError`, and what `body` throws.
    package func forEachItem(_ body: (Item) throws -> Void) throws {
        let items = try items(0..<count)
        while let item = try items.next() {
            try Task.checkCancellation()
            try body(item)
        }
    }
}
