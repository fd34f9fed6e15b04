import CaptionerDataSets
import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// The captions that a data set had before.
struct OldCaptions {
    /// What a sample says of a row.
    private struct Entry {
        /// The sample's place in the data set, from 0.
        let index: Int
        let text: String
    }

    private let fields: DataSetFields
    private let finder: PictureFinder

    init(fields: DataSetFields, finder: PictureFinder) {
        self.fields = fields
        self.finder = finder
    }

    /// Gives rows their old captions and, if it has all of them, the data set's order. The data set is read once, and no
    /// more of it kept than rows ask for.
    /// - Throws: `FileError.unreadableFile`.
    func fill(_ rows: inout [ReportRow], from path: FilePath) throws {
        let index = RowIndex(rows, key: finder.key)
        let folder = DataSet.folder(of: path)
        var entries: [ExactString: [Entry]] = [:]
        var wholes: [ExactString: [Entry]] = [:]
        let reader = try LineReader(path: path)
        var count = 0
        while let line = try reader.next() {
            if line.isBlank { continue }
            defer { count += 1 }
            // A line that is no sample has no row with a caption either.
            guard let bytes = line.bytes, let sample = try? JSONParser.parse(bytes, .row),
                let text = sample[fields.text]?.readableText
            else { continue }
            let paths = (sample[fields.images]?.elements ?? []).compactMap(\.readableText)
                .map { Self.key($0, in: folder) }
            let id = sample["id"]?.shownText
            let keys = paths.map { RowIndex.keys(id: id, images: [$0]).dropLast(id == nil ? 0 : 1) }
            let idKey = id.map { ExactString("\($0)\0") }
            guard keys.joined().contains(where: { !index[$0].isEmpty }) || idKey.map({ !index[$0].isEmpty }) == true
            else {
                continue
            }
            let whole = Entry(index: count, text: fields.words(text))
            let parts = fields.wordsByImage(text).map { Entry(index: count, text: $0) }
            func add(_ key: ExactString, _ part: Entry) {
                guard !index[key].isEmpty else { return }
                entries[key, default: []].append(part)
                wholes[key, default: []].append(whole)
            }
            for (number, keys) in keys.enumerated() {
                for key in keys { add(key, number < parts.count ? parts[number] : whole) }
            }
            if let idKey { add(idKey, whole) }
        }
        var places: [(index: Int, number: Int)] = []
        for number in rows.indices {
            let row = rows[number]
            for key in RowIndex.keys(id: row.id, images: row.images.map(finder.key)) {
                let all = (row.kind == .sample ? wholes : entries)[key] ?? []
                guard let entry = Self.entry(of: number, among: index[key], all) else { continue }
                // Of a record that was scored the old text is there already.
                if row.kind == .sample || row.oldCaption == nil { rows[number].oldCaption = entry.text }
                places.append((entry.index, number))
                break
            }
        }
        guard places.count == rows.count else { return }
        rows = places.sorted { $0 < $1 }.map { place in
            var row = rows[place.number]
            row.index = place.index
            return row
        }
    }

    /// What an image of the data set is found by.
    private static func key(_ image: String, in folder: FilePath) -> ExactString {
        ExactString(PictureReference.path(of: image, in: folder)?.escaped ?? image.pictureName)
    }

    /// Where several samples are alike in id and image, their rows are in the same order as they, as many of each.
    private static func entry(of number: Int, among rows: [Int], _ entries: [Entry]) -> Entry? {
        guard !rows.isEmpty, !entries.isEmpty else { return nil }
        // The rows are in order, and many may have the same image.
        var places = rows.indices
        while places.count > 1 {
            let middle = places.lowerBound + places.count / 2
            places = rows[middle] <= number ? middle..<places.upperBound : places.lowerBound..<middle
        }
        let each = max(1, rows.count / entries.count)
        return entries[min(places.lowerBound / each, entries.count - 1)]
    }
}
