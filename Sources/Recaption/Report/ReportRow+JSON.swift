import CaptionerJSON

extension ReportRow {
    /// A row from a line of an output.
    /// - Returns: nil for what is neither a record of an image nor a sample.
    init?(_ value: JSONValue, fields: DataSetFields) {
        guard value.members != nil else { return nil }
        let images = value[fields.images]?.elements?.compactMap(\.readableText)
        if value["image"]?.text != nil || value["error"]?.members != nil {
            self.init(record: value)
        } else if let text = value[fields.text]?.readableText {
            self.init(kind: .sample)
            self.images = images ?? []
            captions = [fields.words(text)]
        } else if let images {
            self.init(kind: .sample)
            self.images = images
        } else {
            return nil
        }
        id = value["id"]?.shownText
    }

    private init(record: JSONValue) {
        self.init(kind: .image)
        images = record["image"]?.text.map { [$0] } ?? []
        captions = (record["captions"]?.elements ?? record["caption"].map { [$0] } ?? []).compactMap(\.text)
        logProbabilities = (record["log_probabilities"]?.elements ?? record["log_probability"].map { [$0] } ?? [])
            .map(\.finite)
        if logProbabilities.count != captions.count { logProbabilities = [] }
        note = record["note"]?.text
        if let error = record["error"], error.members != nil {
            failure = Failure(
                stage: error["stage"]?.text ?? "unknown", message: error["message"]?.text ?? "no message")
        }
    }
}
