import CaptionerFiles
package import CaptionerJSON
package import SystemPackage

/// Turns a Data-Juicer data set into LLaVA's training format: what Data-Juicer's `dj_to_llava.py` makes of it.
///
/// With the original data set (`restore_questions`) a sample gets the question that it had there, and its text is the
/// answer. Without it texts have to hold conversations: `[[human]]: ... [[gpt]]: ...`.
package struct LLaVAConversion: Sendable {
    package var fields = DataSetFields()
    /// The original LLaVA data set, a JSON array.
    package var questions: FilePath?
    package var draw = RowDraw(count: nil)
    /// Whether image tokens are taken out of all turns but the first.
    package var keepsOnlyFirstImage = true
    /// Whether rows are written at which training fails, or from which it learns nothing, or something wrong.
    package var keepsBadRows = false

    private static let separator = "\n"
    // Made once, as it takes long. Nothing in it can be changed, which its type does not say.
    private nonisolated(unsafe) static let marker = #/\[\[([a-zA-Z]*?)\]\]: /#
        .matchingSemantics(.unicodeScalar)

    package init() {}

    /// What was converted.
    package struct Counts: Sendable, Equatable {
        /// Rows of the data set.
        package fileprivate(set) var total = 0
        /// Those that were drawn.
        package fileprivate(set) var drawn = 0
        /// Those of the drawn ones that were left out, by the first reason of each.
        package fileprivate(set) var refused: [TrainingFinding.Kind: Int] = [:]
        /// Whether the file was there.
        package fileprivate(set) var isOld = false

        package var refusedCount: Int { refused.values.reduce(0, +) }
        package var written: Int { drawn - refusedCount }
    }

    /// The file beside the output for rows that are left out.
    package static func refusedRows(of output: FilePath) -> FilePath { output.suffixed(".dropped.jsonl") }

    /// Writes the file; it appears whole. Rows that are left out go to another beside it, with the reasons.
    /// - Parameter onRefusal: is given these rows' numbers, from 0, and reasons where the output is no plain file, and has
    ///   nothing beside it.
    /// - Throws: `FileError.unreadableFile` for what is not as it should be, with the line; `.unwritableOutput`;
    ///   `.outputIsInput` before anything is written.
    package func callAsFunction(
        _ input: FilePath, to output: FilePath, onRefusal: (_ index: Int, _ reason: String) -> Void = { _, _ in }
    ) throws -> Counts {
        let isSpecial = OutputFile.isSpecial(output)
        let beside = isSpecial ? [] : [Self.refusedRows(of: output)]
        try OutputFile.check([output] + beside, against: [input] + [questions].compactMap { $0 })
        try OutputFile.check(output, with: beside)
        let dropped = try beside.first.map(DroppedRows.init)
        let file = try WholeFile(output)
        let counts = try convert(input, to: file, dropped, onRefusal: isSpecial ? onRefusal : { _, _ in })
        try file.flush()
        try dropped?.finish()
        try file.commit()
        return counts
    }

    /// What is in a file that was made of these rows.
    /// - Throws: as when it is made.
    package func counts(_ input: FilePath) throws -> Counts {
        var counts = try convert(input, to: nil, nil) { _, _ in }
        counts.isOld = true
        return counts
    }

    private func convert(
        _ input: FilePath, to file: WholeFile?, _ dropped: DroppedRows?,
        onRefusal: (_ index: Int, _ reason: String) -> Void
    ) throws -> Counts {
        let originals = try questions.map(OriginalSamples.init(path:))
        var counts = Counts()
        var isFirst = true
        try file?.append("[")
        (counts.total, counts.drawn) = try draw.forEach(in: input) { row in
            let sample: JSONValue
            do {
                sample = try self.sample(row.value, originals).asReadByPython
            } catch let problem as RowProblem {
                throw FileError.unreadableFile(input, cause: "line \(row.line): \(problem.message)")
            }
            let faults = faults(of: sample)
            if let first = faults.first {
                counts.refused[first.kind, default: 0] += 1
                let reason = faults.map { "\($0.kind.rawValue): \($0.message)" }.joined(separator: "; ")
                try dropped?.append(
                    row.index, id: row.value["id"], operation: nil, reason: reason, stats: nil, line: row.bytes)
                onRefusal(row.index, reason)
                return
            }
            try file?.append((isFirst ? "" : ", ") + sample.json(.pythonASCII))
            isFirst = false
        }
        try file?.append("]")
        return counts
    }

    /// Why a row is left out. Rows without an image are not: training that learns from them may be meant.
    private func faults(of sample: JSONValue) -> [TrainingFinding] {
        if keepsBadRows { return [] }
        let image = sample["image"].flatMap(TrainingImages.problem(ofName:))
        return [image].compactMap { $0 }
            + TrainingText(sample, .pretrain).findings.filter { $0.severity != .note && $0.kind != .noImage }
    }

    /// What the file depends on beside the rows and how they were made.
    package var settings: [JSONMember] {
        [
            JSONMember("questions", questions.map { .string($0.absolute.escaped) } ?? .null),
            JSONMember("draw", draw.count.map { .integer($0) } ?? .null),
        ]
    }

    /// Looks whether a training file that is there may be made anew: one that a run made of its rows, in this way.
    /// - Throws: `FileError.outputExists`, `.otherTraining`; `.damaged`, `.unreadableFile` for the run's description.
    package func checkEarlier(_ file: FilePath) throws {
        guard let present = [file, Self.refusedRows(of: file)].first(where: OutputFile.exists) else { return }
        let rows = RunFiles(trainingFile: file)
        guard OutputFile.exists(rows.description) else { throw FileError.outputExists(path: present.escaped) }
        let earlier = try RunDescription(path: rows.description).training
        let differences = RunDescription.differences(of: settings, from: earlier)
        guard differences.isEmpty else {
            throw DataSetError.otherTraining(path: file.escaped, rows: rows.output, differences: differences)
        }
    }

    /// Looks whether a file can be the original data set, before hours of work are spent on what needs it.
    /// - Throws: `FileError.unreadableFile`.
    package static func checkQuestions(_ path: FilePath) throws {
        var reader = try JSONArrayReader(path: path)
        guard let first = try reader.next(), first["conversations"]?.elements != nil else {
            throw FileError.unreadableFile(
                path, cause: "no LLaVA data set: its first element has no \"conversations\"")
        }
    }

    private struct RowProblem: Error {
        let message: String
    }

    private func sample(_ row: JSONValue, _ originals: OriginalSamples?) throws -> JSONValue {
        guard let id = row["id"] else { throw RowProblem(message: "it has no \"id\"") }
        guard let value = row[fields.text] else { throw RowProblem(message: "it has no \"\(fields.text)\"") }
        guard let text = value.text else { throw RowProblem(message: "its \"\(fields.text)\" is \(value.kind)") }
        guard let paths = (row[fields.images] ?? .array([])).elements else {
            throw RowProblem(message: "its \"\(fields.images)\" is no list")
        }
        guard paths.allSatisfy({ $0 == paths.first }) else {
            throw RowProblem(message: "sample \(id.csvText) has more than one image, which LLaVA's format cannot hold")
        }
        var members: [JSONMember]
        if let originals {
            guard let original = originals[id] else {
                throw RowProblem(message: "sample \(id.csvText) is not in \(originals.path.escaped)")
            }
            let answer = turn(original.answerRole, clean(text, round: 1))
            members = [
                JSONMember("id", original.id), JSONMember("conversations", .array([original.question, answer])),
            ]
        } else {
            members = [JSONMember("id", id), JSONMember("conversations", .array(try conversation(text, id)))]
        }
        if let image = paths.first { members.append(JSONMember("image", image)) }
        return .object(members)
    }

    /// The turns of a text that has role markers.
    private func conversation(_ text: String, _ id: JSONValue) throws -> [JSONValue] {
        var parts: [String] = []
        var rest = text[...]
        while let match = rest.firstMatch(of: Self.marker) {
            parts += [String(rest[..<match.range.lowerBound]), String(match.1)]
            rest = rest[match.range.upperBound...]
        }
        parts.append(String(rest))
        if parts[0].isEmpty { parts.removeFirst() }
        guard parts.count % 4 == 0 else {
            throw RowProblem(
                message: "the text of sample \(id.csvText) is no conversation of two; --questions brings the questions")
        }
        return stride(from: 0, to: parts.count, by: 2).map {
            turn(.string(parts[$0]), clean(parts[$0 + 1], round: $0 / 2))
        }
    }

    private func turn(_ role: JSONValue, _ text: String) -> JSONValue {
        .object([JSONMember("from", role), JSONMember("value", .string(text))])
    }

    /// Takes away white space, separator and the tokens of chunk and image at the ends of a turn.
    private func clean(_ text: String, round: Int) -> String {
        var text = text.strippingWhitespace()
        text.dropSuffix(Self.separator)
        text.dropSuffix(fields.endOfChunkToken)
        guard round > 0, keepsOnlyFirstImage else { return text }
        if text.dropPrefix(fields.imageToken) { text.dropPrefix(Self.separator) }
        if text.dropSuffix(fields.imageToken) { text.dropSuffix(Self.separator) }
        return text
    }
}

extension String {
    /// Removes a prefix and then the white space at the ends.
    @discardableResult
    fileprivate mutating func dropPrefix(_ prefix: String) -> Bool {
        guard !prefix.isEmpty, unicodeScalars.starts(with: prefix.unicodeScalars) else { return false }
        self = String(unicodeScalars.dropFirst(prefix.unicodeScalars.count)).strippingWhitespace()
        return true
    }

    /// Takes an end away and then the white space at the ends.
    @discardableResult
    fileprivate mutating func dropSuffix(_ suffix: String) -> Bool {
        guard !suffix.isEmpty, unicodeScalars.reversed().starts(with: suffix.unicodeScalars.reversed()) else {
            return false
        }
        self = String(unicodeScalars.dropLast(suffix.unicodeScalars.count)).strippingWhitespace()
        return true
    }
}
