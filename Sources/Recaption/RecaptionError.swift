import CaptionerFiles
import Foundation
package import SystemPackage

/// What keeps a run from going on. A bad image does not: it becomes a record.
package enum RecaptionError: Error, Equatable, CustomStringConvertible {
    /// A folder of images could not be listed.
    case unreadableFolder(path: String, cause: String)
    /// A data set or an earlier output could not be read.
    case unreadableFile(path: String, cause: String)
    /// The output file is there already.
    case outputExists(path: String)
    /// The output is there, or its error records, and nothing says how they were made.
    case undescribedOutput(path: String, description: String)
    /// A file beside the output, by which a run finds its place, is not what a run writes.
    case damaged(path: String, cause: String)
    /// The output is that of another run.
    case otherRun(path: String, differences: [String])
    /// A row of the output is not what the run would have written.
    case foreignOutput(path: String, row: Int, item: String)
    /// A training file that is there was made of its run's rows with other options.
    case otherTraining(path: String, rows: FilePath, differences: [String])
    /// There is no output whose failures could be tried again.
    case nothingToRetry(path: String)
    /// What an interrupted retry has written is not what this one would have.
    case staleRetry(path: String)
    /// The output has rows behind those of all images or samples.
    case longerOutput(path: String, itemCount: Int)
    /// A folder that images were read from is gone.
    case vanishedFolder(path: String)
    /// A format that only a data set can be written in.
    case needsDataSet(format: String)
    /// Shards do not make a whole.
    case unmergeable(cause: String)
    /// The output would replace an image that is to be read.
    case outputIsInput(path: String)
    /// Two outputs would replace each other.
    case sameOutput(path: String)
    /// The output is no longer found under its name.
    case lostOutput(path: String)
    /// The output could not be opened or written.
    case unwritableOutput(path: String, cause: String)

    package var description: String {
        switch self {
        case .unreadableFolder(let path, let cause): "cannot read the folder \(path): \(cause)"
        case .unreadableFile(let path, let cause): "cannot read \(path): \(cause)"
        case .outputExists(let path): "\(path) exists; --overwrite replaces it"
        case .undescribedOutput(let path, let description):
            "\(path) is there, but no \(description) that says how it was made; --overwrite replaces it"
        case .damaged(let path, let cause): "\(path) is damaged: \(cause); --overwrite begins anew"
        case .otherRun(let path, let differences):
            "\(path) was begun otherwise: \(differences.joined(separator: "; ")). --overwrite begins anew"
        case .foreignOutput(let path, let row, let item):
            "row \(row) of \(path) is not that of \(item): the input, the file or its error records were changed; --overwrite begins anew"
        case .otherTraining(let path, let rows, let differences):
            "\(path) is there and was made otherwise: \(differences.joined(separator: "; ")). caption-images convert \(GivenPath(rows).shellWord) makes another file of the same captions; --overwrite captions anew"
        case .nothingToRetry(let path):
            "\(path) is not there, so nothing can be tried again; the same command without --retry-failed begins"
        case .staleRetry(let path):
            "\(path), of a retry that was interrupted, no longer fits the input; without it, the same command tries all failures again"
        case .longerOutput(let path, let count):
            "\(path) has more rows than \(count == 1 ? "one image or sample makes" : "\(count) images or samples make"): the input became shorter, or --limit lower; --overwrite begins anew"
        case .vanishedFolder(let path):
            "\(path) is gone, from which images were read; when it is back, the same command goes on"
        case .needsDataSet(let format): "--format \(format) needs a Data-Juicer data set for input, not images"
        case .unmergeable(let cause): "cannot merge: \(cause)"
        case .outputIsInput(let path): "cannot write \(path): it is read by this run"
        case .sameOutput(let path): "cannot write \(path) twice: two of the files to be written are the same"
        case .lostOutput(let path): "cannot write \(path): it was removed or replaced while it was written"
        case .unwritableOutput(let path, let cause): "cannot write \(path): \(cause)"
        }
    }
}

extension RecaptionError {
    /// Whether a run that this ended can go on when the cause is gone.
    package var leavesRunUnfinished: Bool {
        switch self {
        case .unwritableOutput, .vanishedFolder, .unreadableFile: true
        default: false
        }
    }

    static func unreadableFile(path: String, code: Int32) -> RecaptionError {
        .unreadableFile(path: path, cause: String(cString: strerror(code)))
    }

    static func unreadableFile(_ path: FilePath, code: Int32) -> RecaptionError {
        // That of `FileBytes` for pipes and devices.
        .unreadableFile(path: path.escaped, cause: code == ENOTSUP ? "not a regular file" : path.cause(code))
    }

    static func unreadableFile(_ path: FilePath, cause: String) -> RecaptionError {
        .unreadableFile(path: path.escaped, cause: cause)
    }

    static func unwritableOutput(_ path: FilePath, code: Int32) -> RecaptionError {
        .unwritableOutput(path: path.escaped, cause: path.cause(code))
    }

    static func unwritableOutput(_ path: FilePath, cause: String) -> RecaptionError {
        .unwritableOutput(path: path.escaped, cause: cause)
    }

    static func unwritableOutput(path: String, code: Int32) -> RecaptionError {
        .unwritableOutput(path: path, cause: String(cString: strerror(code)))
    }
}
