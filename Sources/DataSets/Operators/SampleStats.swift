import CaptionerFiles
import CaptionerJSON

/// The numbers that filters computed of a sample: `__dj__stats__` of a row.
struct SampleStats: Sendable, Equatable {
    static let field = "__dj__stats__"

    private(set) var members: [JSONMember]

    init(_ members: [JSONMember] = []) { self.members = members }

    /// Those in a row, none where there are none.
    init(of sample: Sample) { members = sample[Self.field]?.members ?? [] }

    /// The values of some names, if all of them are there.
    func values(of names: [String]) -> [JSONValue]? {
        let values = names.compactMap { members.value(of: $0) }
        return values.count == names.count ? values : nil
    }

    mutating func set(_ names: [String], to values: [JSONValue]) {
        for (name, value) in zip(names, values) {
            let key = ExactString(name)
            if let place = members.lastIndex(where: { $0.illFormedKey == nil && $0.key == key }) {
                members[place].value = value
            } else {
                members.append(JSONMember(key, value))
            }
        }
    }

    var json: JSONValue { .object(members) }

    /// With every digit.
    /// - Parameter floatLists: names of lists whose numbers all became floats.
    func json(floatLists: Set<String>) -> JSONValue {
        guard !floatLists.isEmpty else { return json }
        return .object(
            members.map { member in
                guard floatLists.contains(member.key.string), let elements = member.value.elements else {
                    return member
                }
                return JSONMember(member.key, .array(elements.map { $0.double.map { .float($0) } ?? $0 }))
            })
    }

    /// As a version of Data-Juicer writes them.
    /// - Parameters:
    ///   - isSorted: whether that of 2024 has sorted their names.
    ///   - floatLists: names of lists whose numbers all became floats.
    func json(_ profile: CompatibilityProfile?, isSorted: Bool, floatLists: Set<String>) -> JSONValue {
        guard profile == .betterSynth else { return json }
        let sorted = isSorted ? members.sorted { $0.key < $1.key } : members
        return .object(
            SampleStats(sorted).json(floatLists: floatLists).members?.map {
                JSONMember($0.key, $0.value.asWrittenByPandas)
            } ?? [])
    }
}

extension JSONValue {
    /// A stat as pandas writes it.
    fileprivate var asWrittenByPandas: JSONValue {
        switch self {
        case .number(let literal):
            guard Int64(literal) == nil, let number = Double(literal) else { return self }
            return number.isFinite ? .number(number.pandasRepresentation) : .null
        case .array(let elements): return .array(elements.map(\.asWrittenByPandas))
        default: return self
        }
    }

    /// A stat as Data-Juicer 1.6 has it when the operator that computed it is done: what pandas reads of what it wrote, with
    /// ten decimals. By that samples are kept or dropped.
    var asKeptByDataJuicer16: JSONValue {
        switch self {
        case .number(let literal):
            guard Int64(literal) == nil, let number = Double(literal), number.isFinite else { return self }
            return .float(Double(readByPandas: number.pandasRepresentation))
        case .array(let elements): return .array(elements.map(\.asKeptByDataJuicer16))
        default: return self
        }
    }
}
