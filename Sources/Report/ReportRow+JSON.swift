import CaptionerDataSets
import CaptionerJSON

extension ReportRow {
    /// A row from a line of an output.
    /// - Parameter isSample: whether the output is known to hold samples, which are kept whatever is in them.
    /// - Returns: nil for what is neither a record of an image nor a sample.
    init?(_ value: JSONValue, fields: DataSetFields, isSample: Bool = false) {
        guard let members = value.members else { return nil }
        if !isSample, value["image"]?.text != nil || value["error"]?.members != nil {
            self.init(record: value)
        } else if isSample || members.isEmpty || value[fields.text] != nil || value[fields.images] != nil {
            self.init(kind: .sample)
            // A line of metadata.jsonl names its image as imagefolder does.
            images =
                value[fields.images]?.elements?.compactMap(\.readableText)
                ?? value[ImageFolder.nameColumn]?.text.map { [$0] } ?? []
            let texts = value[fields.text]?.elements?.compactMap(\.text)
            captions = texts ?? value[fields.text]?.readableText.map { [fields.words($0)] } ?? []
            scores = ReportScores(stats: value[ScoreStats.field])
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
        oldCaption = record["old_caption"]?.text
        scores = ReportScores(
            texts: (record["similarities"]?.elements ?? (record["similarity"] ?? record["matching_score"]).map { [$0] }
                ?? []).map(\.finite),
            old: record["old_similarity"]?.finite,
            rejected: record["new_caption"]?.text.map { ($0, record["new_similarity"]?.finite) },
            kept: record["kept"]?.text)
        note = record["note"]?.text
        if let error = record["error"], error.members != nil {
            failure = Failure(
                stage: error["stage"]?.text ?? "unknown", message: error["message"]?.text ?? "no message")
        }
    }
}
