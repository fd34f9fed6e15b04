/// How inputs are read where that is said, and not found out from their names.
package enum InputFormat: String, Sendable, CaseIterable {
    /// Image files, and folders of them.
    case images
    /// A Data-Juicer data set, JSON lines.
    case dataJuicer = "data-juicer"
    /// WebDataset archives; of - one on standard input.
    case webdataset
    /// A table of images.
    case csv
    case tsv
    /// Hugging Face's imagefolder.
    case imageFolder = "imagefolder"
    /// A training file in LLaVA's format.
    case llava

    /// What separates the cells of a table; nil for what is none.
    package var separator: UInt8? {
        switch self {
        case .csv: UInt8(ascii: ",")
        case .tsv: UInt8(ascii: "\t")
        default: nil
        }
    }

    var kind: any ItemSource.Type {
        switch self {
        case .images: ImageList.self
        case .dataJuicer: DataSet.self
        case .csv, .tsv: ImageTable.self
        case .imageFolder: ImageFolder.self
        case .llava: LLaVASet.self
        case .webdataset: ArchiveList.self
        }
    }
}
