/// How inputs are read where that is said, and not found out from their names.
package enum InputFormat: String, Sendable, CaseIterable {
    /// Image files, and folders of them.
    case images
    /// A Data-Juicer data set, JSON lines.
    case dataJuicer = "data-juicer"

    var kind: any ItemSource.Type {
        switch self {
        case .images: ImageList.self
        case .dataJuicer: DataSet.self
        }
    }
}
