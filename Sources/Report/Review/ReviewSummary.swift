import CaptionerFiles
package import SystemPackage

/// What was written.
package struct ReviewSummary: Sendable, Equatable, CustomStringConvertible {
    /// Where rows went; nil for texts beside images.
    package var path: FilePath?
    /// Rows, or texts that are as decided.
    package var written = 0
    package var changed = 0
    /// Rows that are left out, or texts that were removed.
    package var rejected = 0
    /// What was left alone, and why: the first of it.
    package var remarks: [String] = []
    package var remarkCount = 0

    /// A sentence for people.
    package var description: String {
        let parts =
            path == nil
            ? ["\(written) texts beside images are as decided, \(changed) of them written now", "\(rejected) removed"]
            : ["\(written) rows, \(changed) of them edited", "\(rejected) left out"]
        let place = path.map { " in \($0.escaped)" } ?? ""
        let left = remarkCount == 0 ? "" : "; \(remarkCount) left as they are"
        return parts.joined(separator: ", ") + place + left
    }

    mutating func add(remark: String) {
        remarkCount += 1
        if remarks.count < 100 { remarks.append(remark) }
    }
}
