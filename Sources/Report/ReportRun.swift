import CaptionerDataSets
import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// What a report takes from `OUTPUT.run.json`. Whatever is not there, or not as expected, it does without.
struct ReportRun {
    /// Absolute paths of folders and images, or of a data set.
    var inputs: [FilePath] = []
    /// Images or samples of the whole input.
    var total: Int?
    var settings: [JSONMember] = []
    /// How many error records there are, of a run that is not finished at least.
    var errorCount = 0
    var isFinished = false
    /// `{"started": ..., "seconds": ..., "rates": [[seconds, finished], ...]}` each, as they are.
    var sessions: [JSONValue] = []

    /// - Returns: nil if there is no such file.
    /// - Throws: `FileError.unreadableFile`, also if there is no JSON in it.
    init?(path: FilePath) throws {
        guard path.exists else { return nil }
        let value: JSONValue
        do {
            value = try RunDescription.json(path)
        } catch DataSetError.damaged(let path, let cause) {
            // That a run can begin anew is no advice here.
            throw FileError.unreadableFile(
                path: path, cause: "\(cause); --input and --images say what it would have said")
        }
        inputs = value["inputs"]?.elements?.compactMap(\.text).map { FilePath(escaped: $0) } ?? []
        total = value["total"]?.integer
        settings = value["settings"]?.members ?? []
        errorCount = value["errors"]?.integer ?? 0
        isFinished = value["finished"] == .bool(true)
        sessions = value["sessions"]?.elements ?? []
    }

    /// Whether the output holds samples of a data set, and not records of images.
    var holdsSamples: Bool {
        let format = settings.value(of: "format")?.text.flatMap { OutputFormat(rawValue: $0) }
        return format == .dataJuicer || format == .llava
    }

    /// How text files beside images are called and made.
    var sidecars: SidecarRules {
        var rules = SidecarRules()
        if let ending = settings.value(of: "caption_extension")?.text { rules.ending = Array(ending.utf8) }
        rules.separator = settings.value(of: "separator")?.text
        return rules
    }

    /// The data set that was read, if it was one.
    var dataSet: FilePath? {
        inputs.count == 1 ? inputs.first { DataSet.isDataSet($0) } : nil
    }
}
