import CaptionerDataSets
import CaptionerFiles
import Foundation
import SystemPackage

/// What ends a run. A bad image does not: it becomes a record.
package enum RecaptionError: Error, Equatable, CustomStringConvertible {
    /// The output is there, or its error records, and nothing says how they were made.
    case undescribedOutput(path: String, description: String)
    /// The output is that of another run.
    case otherRun(path: String, differences: [String])
    /// A row of the output is not what the run would have written.
    case foreignOutput(path: String, row: Int, item: String)
    /// There is no output whose failures could be tried again.
    case nothingToRetry(path: String)
    /// What an interrupted retry has written is not what this one would have.
    case staleRetry(path: String)
    /// The output has rows after those of all images or samples.
    case longerOutput(path: String, itemCount: Int)
    /// A folder that images were read from is gone.
    case vanishedFolder(path: String)
    /// Embeddings of images that have their rows are gone.
    case lostEmbeddings(path: String)
    /// The models answered, and items are left all the same.
    case unanswered(itemCount: Int)
    /// Shards do not make a whole.
    case unmergeable(cause: String)

    package var description: String {
        switch self {
        case .undescribedOutput(let path, let description):
            "\(path) is there, but no \(description) that says how it was made; --overwrite replaces it"
        case .otherRun(let path, let differences):
            "\(path) was made otherwise: \(differences.joined(separator: "; ")). --overwrite begins anew"
        case .foreignOutput(let path, let row, let item):
            "row \(row) of \(path) is not that of \(item): the input, the file or its error records were changed; --overwrite begins anew"
        case .nothingToRetry(let path):
            "\(path) is not there, so nothing can be tried again; the same command without --retry-failed begins"
        case .staleRetry(let path):
            "\(path), of a retry that was interrupted, no longer fits the input; without it, the same command tries all failures again"
        case .longerOutput(let path, let count):
            "\(path) has more rows than \(count == 1 ? "one image or sample makes" : "\(count) images or samples make"): the input became shorter, or --limit lower; --overwrite begins anew"
        case .vanishedFolder(let path):
            "\(path) is gone, from which images were read; when it is back, the same command resumes"
        case .lostEmbeddings(let path):
            "\(path) has not the embeddings of all images that have rows: it was changed, or is of another run; --overwrite begins anew"
        case .unanswered(let count):
            "\(count) images or samples at the end got no rows, which is a mistake of this program; what is before them is written"
        case .unmergeable(let cause): "cannot merge: \(cause)"
        }
    }
}

extension RecaptionError {
    /// Whether a run that an error ended can be resumed when the cause is gone.
    package static func leavesRunUnfinished(_ error: any Error) -> Bool {
        switch error {
        case FileError.unwritableOutput, FileError.unreadableFile, RecaptionError.vanishedFolder: true
        default: false
        }
    }
}
