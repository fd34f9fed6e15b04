import CaptionerFiles
package import SystemPackage

/// Why an input and an output do not go together.
package enum DataSetError: Error, Equatable, CustomStringConvertible {
    /// A format that only a data set can be written in.
    case needsDataSet(format: String)
    /// The output would replace a file that is read.
    case outputIsInput(path: String)
    /// Two outputs would replace each other.
    case sameOutput(path: String)
    /// A file beside the output, by which a run finds its place, is not what a run writes.
    case damaged(path: String, cause: String)

    /// An operator asks a model, and there is none.
    case noSimilarityModel(operation: String)
    /// Rows cannot be ordered by a field.
    case noOrder(field: String, cause: String)
    /// What a pass of operators wrote is there and was made otherwise.
    case otherPass(path: String, differences: [String])
    /// A training file that is there was made of its run's rows with other options.
    case otherTraining(path: String, rows: FilePath, differences: [String])

    /// COCO's results know images by numbers, and one has none.
    case noImageID(image: String, cause: String)
    /// Two have the same.
    case sameImageID(image: String, other: String, id: Int)

    package var description: String {
        switch self {
        case .noImageID(let image, let cause): "\(image.shortened) needs a number for COCO's results: \(cause)"
        case .sameImageID(let image, let other, let id):
            "\(image.shortened) has the number \(id) in COCO's results, as has \(other.shortened) before it"
        case .needsDataSet(let format): "--format \(format) needs a Data-Juicer data set for input, not images"
        case .outputIsInput(let path): "cannot write \(path): it is read by this run"
        case .sameOutput(let path): "cannot write \(path) twice: two of the files to be written are the same"
        case .otherTraining(let path, let rows, let differences):
            "\(path) is there and was made otherwise: \(differences.joined(separator: "; ")). caption-images convert \(GivenPath(rows).shellWord) makes another file of the same captions; --overwrite captions anew"
        case .noSimilarityModel(let operation): "\(operation) needs a CLIP model, and there is none"
        case .noOrder(let field, let cause): "cannot order rows by \(field): \(cause)"
        case .otherPass(let path, let differences):
            "\(path) is there and was made otherwise: \(differences.joined(separator: "; ")); --overwrite begins anew"
        case .damaged(let path, let cause): "\(path) is damaged: \(cause); --overwrite begins anew"
        }
    }
}
