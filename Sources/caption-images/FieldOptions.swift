import ArgumentParser
import CaptionerDataSets

/// What the fields and tokens of a data set are called.
struct FieldOptions: ParsableArguments {
    @Option(help: "The field with a sample's own prompt.")
    var promptKey: String?

    @Option(help: "The field with a sample's text. (default: text)")
    var textKey: String?

    @Option(help: "The field with the paths of a sample's images. (default: images)")
    var imagesKey: String?

    @Option(help: "The token of an image in a text. (default: <__dj__image>)")
    var imageToken: String?

    @Option(help: "The token that ends a chunk of a text. (default: <|__dj__eoc|>)")
    var eocToken: String?

    private var values: [(name: String, value: String?)] {
        [
            ("--prompt-key", promptKey), ("--text-key", textKey), ("--images-key", imagesKey),
            ("--image-token", imageToken), ("--eoc-token", eocToken),
        ]
    }

    var namesInUse: [String] { values.filter { $0.value != nil }.map(\.name) }

    func validate() throws {
        for (name, value) in values where value == "" { throw ValidationError("\(name) is empty.") }
    }

    /// - Parameter fields: what they are called unless an option says otherwise.
    func fields(_ fields: DataSetFields) -> DataSetFields {
        var fields = fields
        if let textKey { fields.text = textKey }
        if let imagesKey { fields.images = imagesKey }
        if let promptKey { fields.prompt = promptKey }
        if let imageToken { fields.imageToken = imageToken }
        if let eocToken { fields.endOfChunkToken = eocToken }
        return fields
    }
}
