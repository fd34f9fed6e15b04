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
    /// How many error records there are at least.
    var errorCount = 0
    /// `{"started": ..., "seconds": ..., "rates": [[seconds, finished], ...]}` each, as they are.
    var sessions: [JSONValue] = []

    /// - Returns: nil if there is no such file, or no JSON in it.
    init?(path: FilePath) {
        guard let data = try? FileBytes.of(path), let value = try? JSONParser.parse(data.withoutByteOrderMark) else {
            return nil
        }
        inputs = value["inputs"]?.elements?.compactMap(\.text).map { FilePath(escaped: $0) } ?? []
        total = value["total"]?.integer
        settings = value["settings"]?.members ?? []
        errorCount = value["errors"]?.integer ?? 0
        sessions = value["sessions"]?.elements ?? []
    }

    /// The data set that was read, if it was one.
    var dataSet: FilePath? {
        inputs.count == 1 ? inputs.first { DataSet.isDataSet($0) } : nil
    }
}
