import Captioner
import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// What a run captions: images, or the samples of a data set.
package enum RunInput: Sendable {
    case images(ImageList)
    case dataSet(DataSet)

    /// How many images or samples there are.
    package var count: Int {
        switch self {
        case .images(let list): list.images.count
        case .dataSet(let dataSet): dataSet.count
        }
    }

    /// What was read, as absolute paths.
    var paths: [String] {
        switch self {
        case .images(let list): list.inputs.map(\.path.absolute.escaped)
        case .dataSet(let dataSet): [dataSet.path.absolute.escaped]
        }
    }

    /// The images or samples of a range, in order.
    /// - Throws: `RecaptionError.unreadableFile`.
    func items(_ range: Range<Int>) throws -> RunItems { try RunItems(self, range) }

    /// Goes through all of them.
    /// - Throws: `RecaptionError.unreadableFile`, `CancellationError`, and what `body` throws.
    func forEachItem(_ body: (RunItem) throws -> Void) throws {
        let items = try items(0..<count)
        while let item = try items.next() {
            try Task.checkCancellation()
            try body(item)
        }
    }
}

/// One image or sample of a run.
struct RunItem: Sendable {
    enum Content: Sendable {
        case image(ImageFile)
        case sample(Sample)
        /// A line of a data set that is no JSON object.
        case badLine(String)
    }

    /// Its place in the whole input, from 0.
    let index: Int
    let content: Content

    /// The `"id"` of a sample.
    var id: JSONValue? { if case .sample(let sample) = content { sample.id } else { nil } }

    /// All images that it names, also those of a sample that cannot be captioned.
    var sources: [PictureSource] {
        switch content {
        case .image(let file): [PictureSource(file)]
        case .sample(let sample): sample.namedPaths.map { PictureSource($0, in: sample.folder) }
        case .badLine: []
        }
    }

    /// What its line takes in memory.
    var byteCount: Int { if case .sample(let sample) = content { sample.line.count } else { 0 } }

    /// What messages call it.
    var name: String {
        switch content {
        case .image(let file): file.name
        case .sample, .badLine: "sample \(index + 1)" + (id.map { " (id \($0.csvText.shortened))" } ?? "")
        }
    }
}

/// Hands out a run's items one by one, reading data sets as it goes.
final class RunItems {
    private let images: [ImageFile]
    private var lines: SampleLines?
    private let dataSet: DataSet?
    private var index: Int
    private let end: Int

    init(_ input: RunInput, _ range: Range<Int>) throws {
        index = range.lowerBound
        end = range.upperBound
        switch input {
        case .images(let list):
            images = list.images
            dataSet = nil
        case .dataSet(let dataSet):
            images = []
            self.dataSet = dataSet
            lines = try dataSet.lines()
            for _ in 0..<index where try lines?.next() == nil { break }
        }
    }

    /// - Throws: `RecaptionError.unreadableFile`, also when the data set became shorter since it was counted.
    func next() throws -> RunItem? {
        guard index < end else { return nil }
        defer { index += 1 }
        guard let dataSet else { return RunItem(index: index, content: .image(images[index])) }
        guard let line = try lines?.next() else {
            throw RecaptionError.unreadableFile(dataSet.path, cause: "it became shorter while it was read")
        }
        do {
            let sample = try Sample(line: line.read(), fields: dataSet.fields, folder: dataSet.folder)
            return RunItem(index: index, content: .sample(sample))
        } catch {
            return RunItem(index: index, content: .badLine("sample \(index + 1): \(error)"))
        }
    }
}
