import CaptionerDataSets
import CaptionerJSON

/// The line that answers a request: `"id"` if there was one, then what `CaptionRecord` has.
struct WorkerAnswer {
    let id: String?
    let path: String?
    let answer: ImageAnswer

    /// With its line break.
    func line(_ shape: CaptionRecord.Shape) -> String {
        let record = CaptionRecord(path: path, answer: answer, shape: shape).json.json()
        // As it was written: a number in any notation, a text with its escapes.
        guard let id else { return record + "\n" }
        return "{\"id\": \(id), \(record.dropFirst())\n"
    }
}
