/// What a run writes.
package enum OutputFormat: String, Sendable, CaseIterable {
    /// A JSON record for each image.
    case jsonl
    /// The samples of a data set with new texts.
    case dataJuicer = "data-juicer"
    /// Comma-separated values, a row for each image.
    case csv
    /// Text files beside the images, and a JSON record for each.
    case sidecar
    /// Training data for LLaVA and MGM: a data set's samples as conversations.
    case llava

    /// The format of an input if none is asked for.
    package static func standard(for input: any ItemSource) -> OutputFormat {
        input.fields == nil ? .jsonl : .dataJuicer
    }

    /// - Throws: `FileError.unreadableFile` when a data set cannot be read whose columns or images have to be known;
    ///   `CancellationError`.
    package func rowFormat(
        _ input: any ItemSource, shape: CaptionRecord.Shape, rewriting: RewritingOptions, overwrites: Bool,
        scoring: ScoringRules? = nil
    ) throws -> any RowFormat {
        switch self {
        case .jsonl: return ImageRows(.jsonl, shape: shape, scoring: scoring)
        case .csv: return ImageRows(.csv, shape: shape, scoring: scoring)
        case .sidecar:
            let sidecars = SidecarWriter(owners: try SidecarOwners(input), overwrites: overwrites)
            return ImageRows(.jsonl, shape: shape, sidecars: sidecars, scoring: scoring)
        case .dataJuicer, .llava:
            guard let dataSet = input as? DataSet, let fields = input.fields else {
                throw DataSetError.needsDataSet(format: rawValue)
            }
            return SampleRows(
                fields: fields, options: rewriting,
                schema: try rewriting.profile.map { try ColumnSchema(rewriting.columns ?? dataSet, $0) },
                scoring: scoring)
        }
    }
}
