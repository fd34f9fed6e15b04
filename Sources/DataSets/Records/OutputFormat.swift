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
    /// An array of captions by numbers of images, as COCO's evaluation reads it.
    case coco
    /// The `metadata.jsonl` of Hugging Face's imagefolder.
    case imageFolder = "imagefolder"
    /// WebDataset archives with new texts.
    case webdataset

    /// Whether the file that was asked for is made of the rows when they are all there, which have a file of their own.
    package var isMadeOfRows: Bool { [.llava, .coco, .webdataset].contains(self) }

    /// The format of an input if none is asked for.
    package static func standard(for input: any ItemSource) -> OutputFormat {
        input.fields == nil ? .jsonl : .dataJuicer
    }

    /// - Throws: `FileError.unreadableFile` when a data set cannot be read whose columns or images have to be known;
    ///   `CancellationError`.
    package func rowFormat(
        _ input: any ItemSource, shape: CaptionRecord.Shape, rewriting: RewritingOptions, sidecars: SidecarRules,
        scoring: ScoringRules? = nil
    ) throws -> any RowFormat {
        switch self {
        case .jsonl, .csv, .sidecar, .coco, .imageFolder, .webdataset:
            let notation: ImageRows.Notation =
                switch self {
                case .csv: .csv
                case .imageFolder: .metadata
                default: .jsonl
                }
            var rows = ImageRows(notation, shape: shape, scoring: scoring)
            (rows.edits, rows.textEnding) = (rewriting.edits, sidecars.ending)
            if self == .sidecar {
                let owners = try SidecarOwners(input, ending: sidecars.ending)
                rows.sidecars = SidecarWriter(owners: owners, rules: sidecars)
            }
            return rows
        case .llava where input is LLaVASet: return ConversationRows(scoring: scoring, edits: rewriting.edits)
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
