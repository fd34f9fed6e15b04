import CaptionerJSON

/// The type of a column, or of what lies in it.
indirect enum ColumnType: Sendable {
    /// Nothing but nulls so far.
    case null
    /// Whole numbers of 64 bits.
    case integer
    /// Numbers of which at least one is none of those.
    case float
    /// Texts that all look like dates.
    case date
    case text
    case truth
    case list(ColumnType)
    case record(Record)
    /// What no column can hold, such as numbers and texts.
    case mixture

    struct Column: Sendable {
        package let name: ExactString
        package var type = ColumnType.null
        /// How often it is there and not null.
        package var valueCount = 0
        /// Whether null is among its values, or among the elements of its lists.
        var hasNull = false
    }

    /// Objects.
    struct Record: Sendable {
        /// The members of all of them, in the order in which they were first seen.
        private(set) var columns: [Column] = []
        private var places: [ExactString: Int] = [:]
        /// The names in the first.
        var firstNames: Set<ExactString>?
        /// Whether names differ, or the first has none.
        var varies = false
    }

    /// Takes a value of the column into account.
    package mutating func merge(_ value: JSONValue) {
        // What is merged into has one owner, or else it would be copied each time.
        if case .array(let values) = value, var element = takeElement() {
            for value in values { element.merge(value) }
            self = .list(element)
            return
        }
        if case .object(let members) = value, var record = takeRecord() {
            record.merge(members)
            self = .record(record)
            return
        }
        switch (self, value) {
        case (_, .null): return
        case (.null, _): self = ColumnType(value)
        case (.integer, .number), (.float, .number):
            if case .float = ColumnType(value) { self = .float }
        case (.date, .string(let text)): if CalendarDate(text) == nil { self = .text }
        case (.date, .illFormedString): self = .text
        case (.text, .string), (.text, .illFormedString), (.truth, .bool): return
        default: self = .mixture
        }
    }

    private mutating func takeElement() -> ColumnType? {
        guard case .list(let element) = self else { return nil }
        self = .null
        return element
    }

    private mutating func takeRecord() -> Record? {
        guard case .record(let record) = self else { return nil }
        self = .null
        return record
    }

    private init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool: self = .truth
        case .number(let literal): self = Int64(literal) == nil ? .float : .integer
        case .string(let text): self = CalendarDate(text) == nil ? .text : .date
        case .illFormedString: self = .text
        case .array(let values):
            var element = ColumnType.null
            for value in values { element.merge(value) }
            self = .list(element)
        case .object(let members):
            var record = Record()
            record.merge(members)
            self = .record(record)
        }
    }

    /// Whether there are objects or mixtures somewhere that version 1.6 keeps as they are.
    var hasFreeFields: Bool {
        switch self {
        case .mixture: true
        case .list(let element): element.hasFreeFields
        case .record(let record): record.varies || record.columns.contains { $0.type.hasFreeFields }
        default: false
        }
    }

    /// Whether it is whole numbers, in lists of any depth or in none.
    var isIntegers: Bool {
        switch self {
        case .integer: true
        case .list(let element): element.isIntegers
        default: false
        }
    }
}

extension ColumnType.Record {
    func hasColumn(_ name: ExactString) -> Bool { places[name] != nil }

    /// An object's values in the order of the columns, null where it has none. Of several with one name the last counts.
    package func values(of members: [JSONMember]) -> [(column: ColumnType.Column, value: JSONValue)] {
        var row = columns.map { (column: $0, value: JSONValue.null) }
        for member in members {
            if let place = places[member.key] { row[place].value = member.value }
        }
        return row
    }

    /// Counts nulls where columns have fewer values than there are rows.
    mutating func countMissing(of rowCount: Int) {
        for index in columns.indices where columns[index].valueCount < rowCount { columns[index].hasNull = true }
    }

    package mutating func merge(_ members: [JSONMember]) {
        let names = Set(members.map(\.key))
        if names != firstNames ?? names || (firstNames == nil && names.isEmpty) { varies = true }
        firstNames = firstNames ?? names
        for member in members {
            let index = places[member.key] ?? columns.count
            if index == columns.count {
                columns.append(ColumnType.Column(name: member.key))
                places[member.key] = index
            }
            columns[index].type.merge(member.value)
            if member.value.isNull { columns[index].hasNull = true } else { columns[index].valueCount += 1 }
            if member.value.hasNullElement { columns[index].hasNull = true }
        }
    }
}

extension JSONValue {
    /// Whether null is among the elements of a list, or of lists in it.
    var hasNullElement: Bool { elements?.contains { $0.isNull || $0.hasNullElement } ?? false }
}
