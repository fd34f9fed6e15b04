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
        let name: ExactString
        var type = ColumnType.null
        /// How often it is there and not null.
        var valueCount = 0
        /// Whether null is among its values, or among the elements of its lists.
        var hasNull = false
    }

    /// Objects.
    struct Record: Sendable {
        /// The members of all of them, in the order in which they were first seen.
        var columns: [Column] = []
        /// The names in the first.
        var firstNames: Set<ExactString>?
        /// Whether names differ, or the first has none.
        var varies = false
    }

    /// Takes a value of the column into account.
    mutating func merge(_ value: JSONValue) {
        switch (self, value) {
        case (_, .null): return
        case (.null, _): self = ColumnType(value)
        case (.integer, .number), (.float, .number):
            if case .float = ColumnType(value) { self = .float }
        case (.date, .string(let text)): if CalendarDate(text) == nil { self = .text }
        case (.text, .string), (.truth, .bool): return
        case (.list(var element), .array(let values)):
            for value in values { element.merge(value) }
            self = .list(element)
        case (.record(var record), .object(let members)):
            record.merge(members)
            self = .record(record)
        default: self = .mixture
        }
    }

    private init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool: self = .truth
        case .number(let literal): self = Int64(literal) == nil ? .float : .integer
        case .string(let text): self = CalendarDate(text) == nil ? .text : .date
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
    mutating func merge(_ members: [JSONMember]) {
        let names = Set(members.map(\.key))
        if names != firstNames ?? names || (firstNames == nil && names.isEmpty) { varies = true }
        firstNames = firstNames ?? names
        for member in members {
            let index = columns.firstIndex { $0.name == member.key } ?? columns.count
            if index == columns.count { columns.append(ColumnType.Column(name: member.key)) }
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
