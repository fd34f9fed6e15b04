import CaptionerFiles
import CaptionerJSON

/// What loading a data set as a table does to its rows: every row gets the fields of all, in the order in which they
/// were first seen, null where it has none; numbers of a column become floats where one of them is; texts that all look
/// like dates become dates.
///
/// That is how Data-Juicer loads data sets (Hugging Face datasets' JSON loader, on Apache Arrow), which its output shows.
/// The rules were found with the libraries themselves; `weights-tools/fixtures/data_juicer.py` lists them.
struct ColumnSchema: Sendable {
    private var columns = ColumnType.Record()
    private let profile: CompatibilityProfile
    private let rules: ColumnRules

    /// Reads a data set to learn its columns. Lines that are no samples, and samples without text, are passed over.
    /// - Throws: `FileError.unreadableFile`.
    init(_ dataSet: DataSet, _ profile: CompatibilityProfile) throws {
        var type = ColumnType.null
        var lines = try dataSet.lines()
        var rowCount = 0
        while let line = try lines.next() {
            guard let bytes = line.bytes, let value = try? JSONParser.parse(bytes), case .object = value else {
                continue
            }
            type.merge(value)
            if value[dataSet.names.text]?.isNull == false { rowCount += 1 }
        }
        self.profile = profile
        guard case .record(let record) = type else {
            rules = ColumnRules(profile: profile, keepsFreeFields: false, hasFreeFields: false)
            return
        }
        columns = record
        // The row itself may vary: fields that are missing become null. A blank line keeps the loader from looking.
        let keepsFreeFields = profile == .dataJuicer16 && !lines.hasBlankLines
        rules = ColumnRules(
            profile: profile, keepsFreeFields: keepsFreeFields,
            hasFreeFields: keepsFreeFields && columns.columns.contains { $0.type.hasFreeFields })
        // A column is there as often as it has values; a row without is one with null.
        columns.countMissing(of: rowCount)
    }

    func hasColumn(_ name: String) -> Bool { columns.hasColumn(ExactString(name)) }

    /// A sample as a row of the table.
    /// - Parameter text: a new one, or nil for its own.
    package func row(of sample: Sample, text: String?) -> JSONValue {
        let fields = sample.fields
        let textName = ExactString(fields.text)
        return .object(
            columns.values(of: sample.members).map { column, value in
                if column.name == textName, let text { return JSONMember(column.name, .string(text)) }
                if Self.isPathList(column.name, fields), let elements = value.elements {
                    return JSONMember(
                        column.name,
                        .array(elements.map { $0.text.map { .string(sample.absolutePath($0, profile)) } ?? $0 }))
                }
                return JSONMember(column.name, rules.normalized(value, of: column))
            })
    }

    /// The numbers that a sample has from before, as the table has them; nil where the table has such a column, and the
    /// sample nothing in it.
    func stats(of sample: Sample) -> [JSONMember]? {
        guard let column = statsColumn else { return [] }
        guard let members = sample[SampleStats.field]?.members else { return nil }
        // Of the older version what is written is rounded, not what is judged.
        guard profile == .dataJuicer16 else {
            guard case .record(let record) = column.type else { return members }
            return record.values(of: members).map { JSONMember($0.column.name, $0.value) }
        }
        return rules.normalized(.object(members), of: column).members
    }

    /// Whether numbers that are computed of a sample lose what is after the tenth decimal, as in fields of 1.6 whose
    /// objects are not all alike. Of those that begin as empty objects they are none.
    var hasFreeStats: Bool { profile == .dataJuicer16 && statsColumn.map { $0.type.hasFreeFields } ?? true }

    /// The names of the numbers that the table has from before.
    var statNames: [ExactString] {
        guard case .record(let record)? = statsColumn?.type else { return [] }
        return record.columns.map(\.name)
    }

    private var statsColumn: ColumnType.Column? {
        columns.columns.first { $0.name == ExactString(SampleStats.field) }
    }

    private static func isPathList(_ name: ExactString, _ fields: DataSetFields) -> Bool {
        name == ExactString(fields.images) || name == "audios" || name == "videos"
    }
}
