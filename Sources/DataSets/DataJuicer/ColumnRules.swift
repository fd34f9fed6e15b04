import CaptionerJSON

/// How a version of Data-Juicer writes what lies in the columns of a table.
struct ColumnRules: Sendable {
    package let profile: CompatibilityProfile
    /// Whether objects of different names and mixtures are kept as they are, as 1.6 does it.
    let keepsFreeFields: Bool
    /// With 1.6: whether any field of the data set is free, that is, holds objects of different names or a mixture. Then
    /// all floats of the data set lose what is after the tenth decimal.
    let hasFreeFields: Bool

    /// A value of a column.
    package func normalized(_ value: JSONValue, of column: ColumnType.Column) -> JSONValue {
        // pandas has no whole numbers beside nulls.
        let becomesFloat = profile == .betterSynth && column.type.isIntegers && column.hasNull
        return normalized(value, column.type, asFloats: becomesFloat, isInRecord: false)
    }

    private func normalized(
        _ value: JSONValue, _ type: ColumnType, asFloats: Bool, isInRecord: Bool
    ) -> JSONValue {
        switch (type, value) {
        case (.float, .number(let literal)): return float(literal)
        case (.integer, .number(let literal)):
            return asFloats ? float(literal) : .number(Int64(literal).map { "\($0)" } ?? literal)
        case (.date, .string(let text)):
            guard let date = CalendarDate(text) else { return value }
            return profile == .dataJuicer16
                ? .string(date.isoText) : .integer(isInRecord ? date.milliseconds : date.megaseconds)
        case (.list(let element), .array(let values)):
            return list(values, element, asFloats: asFloats, isInRecord: isInRecord)
        case (.record(let record), .object(let members)):
            if keepsFreeFields, record.varies { return free(value) }
            return .object(
                record.values(of: members).map { column, member in
                    let becomesFloat = profile == .betterSynth && column.type.isIntegers && member.hasNullElement
                    return JSONMember(
                        column.name, normalized(member, column.type, asFloats: becomesFloat, isInRecord: true))
                })
        case (.mixture, _): return keepsFreeFields ? free(value) : value
        default: return value
        }
    }

    /// A list. What lies in the objects of a list is a table of its own to pandas, row by row.
    private func list(
        _ values: [JSONValue], _ element: ColumnType, asFloats: Bool, isInRecord: Bool
    ) -> JSONValue {
        guard case .record(let record) = element, profile == .betterSynth else {
            return .array(
                values.map { normalized($0, element, asFloats: asFloats, isInRecord: isInRecord) })
        }
        // A null in place of an object is one in each column.
        var hasNull = [Bool](repeating: values.contains { $0.members == nil }, count: record.columns.count)
        for value in values {
            for (place, member) in record.values(of: value.members ?? []).enumerated() where member.value.isNull {
                hasNull[place] = true
            }
        }
        return .array(
            values.map { value in
                guard let members = value.members else { return value }
                return .object(
                    record.values(of: members).enumerated().map { place, member in
                        JSONMember(
                            member.column.name,
                            normalized(
                                member.value, member.column.type,
                                asFloats: member.column.type.isIntegers && hasNull[place], isInRecord: true))
                    })
            })
    }

    /// A float of a column.
    private func float(_ literal: String) -> JSONValue {
        guard let number = Double(literal) else { return .number(literal) }
        switch profile {
        case .betterSynth: return number.isFinite ? .number(number.pandasRepresentation) : .null
        case .dataJuicer16:
            guard hasFreeFields, number.isFinite else { return .number(number.pythonRepresentation) }
            let written = Double(readByPandas: literal).pandasRepresentation
            return .number((Double(written) ?? number).pythonRepresentation)
        }
    }

    /// What lies in a free field: kept as it is, but for floats.
    private func free(_ value: JSONValue) -> JSONValue {
        switch value {
        case .number(let literal):
            guard Int64(literal) == nil, let number = Double(literal), number.isFinite else { return value }
            let written = Double(readByPandas: literal).pandasRepresentation
            return .number(Double(readByPandas: written).pythonRepresentation)
        case .array(let elements): return .array(elements.map(free))
        case .object(let members): return .object(members.map { JSONMember($0.key, free($0.value)) })
        default: return value
        }
    }
}
