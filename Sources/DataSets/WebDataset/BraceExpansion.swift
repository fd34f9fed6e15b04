/// Names with braces, as shells and WebDataset's readers write many shards: `shards/{00000..00099}.tar`, `{train,test}.tar`.
enum BraceExpansion {
    /// How many names one may stand for.
    static let limit = 1_000_000

    /// The names that one with braces stands for, in their order. Braces that mean nothing stay.
    /// - Returns: nil for more than `limit`.
    static func expand(_ name: [UInt8]) -> [[UInt8]]? {
        guard name.count(where: { $0 == UInt8(ascii: "{") }) <= 20 else { return nil }
        guard let (group, alternatives) = firstGroup(name) else { return [name] }
        guard let alternatives, let rests = expand(Array(name[group.upperBound...])) else { return nil }
        let (count, overflow) = alternatives.count.multipliedReportingOverflow(by: rests.count)
        guard !overflow, count <= limit else { return nil }
        let before = name[..<group.lowerBound]
        return alternatives.flatMap { alternative in rests.map { before + alternative + $0 } }
    }

    /// The first braces that mean something: where they are, and what for; nil in place of too many names.
    private static func firstGroup(_ name: [UInt8]) -> (Range<Int>, [[UInt8]]?)? {
        for open in name.indices where name[open] == UInt8(ascii: "{") {
            guard let (close, commas) = end(of: name, from: open) else { continue }
            let body = name[(open + 1)..<close]
            if commas.isEmpty {
                guard let names = range(Array(body)) else { continue }
                return (open..<(close + 1), names.isEmpty ? nil : names)
            }
            let starts = [open] + commas
            let parts = zip(starts, commas + [close]).map { expand(Array(name[($0 + 1)..<$1])) }
            let count = parts.reduce(0) { $0 + ($1?.count ?? limit + 1) }
            return (open..<(close + 1), count > limit ? nil : parts.flatMap { $0 ?? [] })
        }
        return nil
    }

    /// Where a brace is closed, and the commas between that are in no further braces.
    private static func end(of name: [UInt8], from open: Int) -> (close: Int, commas: [Int])? {
        var depth = 0
        var commas: [Int] = []
        for index in open..<name.count {
            switch name[index] {
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                if depth == 0 { return (index, commas) }
            case UInt8(ascii: ",") where depth == 1: commas.append(index)
            default: break
            }
        }
        return nil
    }

    /// `FIRST..LAST` or `FIRST..LAST..STEP`, whole numbers; a leading zero gives all the same width.
    /// - Returns: nil for something else; none for too many.
    private static func range(_ body: [UInt8]) -> [[UInt8]]? {
        let parts = String(decoding: body, as: UTF8.self).split(separator: "..", omittingEmptySubsequences: false)
        let numbers = parts.map { Int($0) }
        guard (2...3).contains(parts.count), let first = numbers[0], let last = numbers[1],
            parts.count == 2 || numbers[2] != nil
        else { return nil }
        let step = max(parts.count == 3 ? Int(clamping: (numbers[2] ?? 1).magnitude) : 1, 1)
        let (distance, overflow) = max(first, last).subtractingReportingOverflow(min(first, last))
        guard !overflow, distance / step < limit else { return [] }
        let isPadded = parts.prefix(2).contains { part in
            let digits = part.drop { $0 == "-" }
            return digits.count > 1 && digits.first == "0"
        }
        let width = isPadded ? parts.prefix(2).map(\.count).max() ?? 0 : 0
        return stride(from: 0, through: distance, by: step).map { offset in
            let number = first <= last ? first + offset : first - offset
            let digits = String(number.magnitude)
            let sign = number < 0 ? "-" : ""
            let zeros = String(repeating: "0", count: max(width - sign.count - digits.count, 0))
            return Array((sign + zeros + digits).utf8)
        }
    }
}
