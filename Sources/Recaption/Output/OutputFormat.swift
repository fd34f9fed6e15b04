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
    package static func standard(for input: RunInput) -> OutputFormat {
        if case .dataSet = input { .dataJuicer } else { .jsonl }
    }

    /// - Throws: `RecaptionError.unreadableFile` when a data set cannot be read whose columns or images have to be known;
    ///   `CancellationError`.
    func rowFormat(
        _ input: RunInput, shape: CaptionRecord.Shape, rewriting: RewritingOptions, overwrites: Bool
    ) throws -> any RowFormat {
        switch (self, input) {
        case (.jsonl, _): return ImageRows(.jsonl, shape: shape)
        case (.csv, _): return ImageRows(.csv, shape: shape)
        case (.sidecar, _):
            return ImageRows(
                .jsonl, shape: shape,
                sidecars: SidecarWriter(
                    owners: try SidecarOwners(input), overwrites: overwrites))
        case (.dataJuicer, .dataSet(let dataSet)), (.llava, .dataSet(let dataSet)):
            return SampleRows(
                fields: dataSet.fields, options: rewriting,
                schema: try rewriting.profile.map { try ColumnSchema(dataSet, $0) })
        case (.dataJuicer, .images), (.llava, .images): throw RecaptionError.needsDataSet(format: rawValue)
        }
    }
}
