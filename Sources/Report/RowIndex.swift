import CaptionerDataSets
import CaptionerJSON

/// Finds rows by id and image.
struct RowIndex {
    private var rows: [ExactString: [Int]] = [:]

    /// - Parameter key: what an image is found by.
    init(_ all: [ReportRow], key: (String) -> ExactString) {
        for (number, row) in all.enumerated() {
            for key in Set(Self.keys(id: row.id, images: row.images.map(key))) {
                rows[key, default: []].append(number)
            }
        }
    }

    /// The rows that a key is one of, in order.
    subscript(key: ExactString) -> [Int] { rows[key] ?? [] }

    /// What a row or a sample can be found by, the surest first: id and image, the image alone, the id alone.
    static func keys(id: String?, images: [ExactString]) -> [ExactString] {
        let both = id.map { id in images.map { ExactString("\(id)\0\($0)") } } ?? []
        return both + images.map { ExactString("\0\($0)") } + (id.map { [ExactString("\($0)\0")] } ?? [])
    }
}
