import CaptionerFiles
package import CaptionerJSON
package import SystemPackage

/// The rows of a data set that go into training: all, or a number of them drawn at random.
///
/// With seed 1024 it draws what the Better Synth challenge's `check_sample_number.py` draws, in its order.
package struct RowDraw: Sendable {
    /// How many rows at most; nil for all.
    package var count: Int?
    package var seed: UInt32

    /// The challenge's own limit and seed.
    package static let challengeCount = 200_000
    package static let challengeSeed: UInt32 = 1024

    package init(count: Int?, seed: UInt32 = RowDraw.challengeSeed) {
        self.count = count
        self.seed = seed
    }

    /// A row that was drawn.
    package struct Row {
        package let value: JSONValue
        /// Its place among the rows of the file, from 0, blank lines left out.
        package let index: Int
        /// Its line, from 1.
        package let line: Int
        /// The line as it was read.
        package let bytes: [UInt8]
    }

    /// Goes through the rows of a JSONL file in the order in which they were drawn.
    /// - Throws: `FileError.unreadableFile`, which names the line that is no JSON object, and what `body` throws.
    /// - Returns: how many rows the file has, and how many were drawn.
    package func forEach(in path: FilePath, _ body: (Row) throws -> Void) throws -> (total: Int, drawn: Int) {
        let lines = try LineReader(path: path)
        guard let count else {
            var total = 0
            while let line = try lines.next() {
                if line.isBlank { continue }
                try body(Self.row(line, path, index: total, line: lines.lineCount))
                total += 1
            }
            return (total, total)
        }
        // Lines are kept, not rows: they take a tenth of the memory.
        var all: [(number: Int, line: InputLine)] = []
        while let line = try lines.next() {
            if !line.isBlank { all.append((lines.lineCount, line)) }
        }
        var random = PythonRandom(seed: seed)
        let drawn = count < all.count ? random.sample(count, of: all.count) : Array(all.indices)
        for index in drawn { try body(Self.row(all[index].line, path, index: index, line: all[index].number)) }
        return (all.count, drawn.count)
    }

    private static func row(_ line: InputLine, _ path: FilePath, index: Int, line number: Int) throws -> Row {
        do {
            let bytes = try line.read()
            let row = try JSONParser.parse(bytes, .row)
            guard row.members != nil else { throw JSONError(offset: 0, message: "expected an object") }
            return Row(value: row, index: index, line: number, bytes: bytes)
        } catch {
            throw FileError.unreadableFile(path, cause: "line \(number): \(error)")
        }
    }

    /// Writes the drawn rows as JSONL, as Python's `jsonlines` does; the file appears whole.
    /// - Throws: `FileError.unreadableFile`, `.unwritableOutput`; `.outputIsInput` before anything is written.
    package func callAsFunction(_ input: FilePath, to output: FilePath) throws -> (total: Int, drawn: Int) {
        try OutputFile.check([output], against: [input])
        return try WholeFile.write(to: output) { file in
            try forEach(in: input) { try file.append($0.value.asReadByPython.json() + "\n") }
        }
    }
}

extension JSONValue {
    /// The value as Python has it after reading: numbers with a point or an exponent are floats, and of members with
    /// the same name the first has its place and the last its value.
    var asReadByPython: JSONValue {
        switch self {
        case .number(let literal):
            if !literal.contains(where: { ".eENI".contains($0) }) { return literal == "-0" ? .number("0") : self }
            return Double(literal).map { .number($0.pythonRepresentation) } ?? self
        case .array(let elements): return .array(elements.map(\.asReadByPython))
        case .object(let members):
            var result: [JSONMember] = []
            var places: [ExactString: Int] = [:]
            var illFormedPlaces: [[UInt16]: Int] = [:]
            for var member in members {
                member.value = member.value.asReadByPython
                if let place = member.illFormedKey.map({ illFormedPlaces[$0] }) ?? places[member.key] {
                    result[place].value = member.value
                    continue
                }
                if let units = member.illFormedKey {
                    illFormedPlaces[units] = result.count
                } else {
                    places[member.key] = result.count
                }
                result.append(member)
            }
            return .object(result)
        default: return self
        }
    }
}
