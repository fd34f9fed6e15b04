import CaptionerFiles
import CaptionerJSON
import Foundation

/// A question of MMBench's table, or a copy of one with other letters for its options.
struct MMBenchRow: Sendable {
    /// Unique. A copy has a multiple of 1,000,000 more than its question.
    let index: Int
    let question: String
    let hint: String?
    /// Those before the first that is missing.
    let options: [String]
    /// The right letter; nil in a table without answers.
    let answer: String?
    let categories: [EvaluationQuestion.Category]
    let image: TableImage

    static let letters = ["A", "B", "C", "D"]
    static let copyDistance = 1_000_000

    /// That of the question that this is, or is a copy of.
    var baseIndex: Int { index % Self.copyDistance }
    var isBase: Bool { index < Self.copyDistance }

    /// Hint, question and options, a line each: what answer files repeat.
    var prompt: String {
        ((hint.map { [$0] } ?? []) + [question] + zip(Self.letters, options).map { "\($0). \($1)" })
            .joined(separator: "\n")
    }

    /// What the challenge's evaluation adds for the model.
    static let instruction = "Answer with the option's letter from the given choices directly."

    var asQuestion: EvaluationQuestion {
        EvaluationQuestion(
            id: .integer(index), image: .cell(image), prompt: prompt, modelPrompt: "\(prompt)\n\(Self.instruction)",
            choice: .init(options: options, letters: Array(Self.letters.prefix(options.count))),
            categories: categories, group: ExactString("\(baseIndex)"))
    }
}

extension MMBenchRow {
    private static let required = ["index", "question", "hint"] + letters + ["image"]

    /// Reads all rows of a table.
    /// - Throws: `FileError.unreadableFile`, which names columns that are missing, or the row and the cause;
    ///   `CancellationError`.
    static func read(_ table: TabSeparatedTable) throws -> [MMBenchRow] {
        let missing = required.filter { table.column($0) == nil }
        guard missing.isEmpty else {
            throw FileError.unreadableFile(
                table.path,
                cause: "there is no column \(missing.joined(separator: ", ")), only "
                    + table.columns.joined(separator: ", ").shortened)
        }
        guard table.rowCount > 0 else { throw FileError.unreadableFile(table.path, cause: "it has no rows") }
        var rowsByIndex: [Int: Int] = [:]
        var indices: [Int] = []
        for row in 0..<table.rowCount {
            let index = try index(of: row, in: table)
            indices.append(index)
            if let other = rowsByIndex.updateValue(row, forKey: index) {
                throw FileError.unreadableFile(
                    table.path, cause: "rows \(other + 1) and \(row + 1) both have the index \(index)")
            }
        }
        return try (0..<table.rowCount).map { row in
            try Task.checkCancellation()
            return try MMBenchRow(row, indices[row], of: table, rowsByIndex)
        }
    }

    private static func index(of row: Int, in table: TabSeparatedTable) throws -> Int {
        let column = table.column("index") ?? 0
        let text = try table.text(row, column) ?? ""
        guard let index = Int(text.strippingWhitespace()), index >= 0 else {
            throw FileError.unreadableFile(
                table.path, cause: "\(table.place(row, column)): expected a number, found \"\(text.shortened)\"")
        }
        return index
    }

    private init(_ row: Int, _ index: Int, of table: TabSeparatedTable, _ rowsByIndex: [Int: Int]) throws {
        func text(_ name: String) throws -> String? { try table.column(name).flatMap { try table.text(row, $0) } }
        self.index = index
        guard let question = try text("question") else {
            throw FileError.unreadableFile(table.path, cause: "row \(row + 1) has no question")
        }
        self.question = question
        hint = try text("hint").flatMap { MissingValues.isNone($0) ? nil : $0 }
        var options: [String] = []
        for letter in Self.letters {
            guard let option = try text(letter), !MissingValues.isNone(option) else { break }
            options.append(option)
        }
        self.options = options
        answer = try text("answer")
        categories = try ["category", "l2-category"].compactMap { title in
            try table.column(title).map { _ in .init(title: title, name: try text(title) ?? "none") }
        }
        let column = table.column("image") ?? 0
        var cell = table.contents(row, column)
        // Some tables hold an image once, and then the index of its row; no image is that short.
        if cell.count <= 20, let other = Int(String(decoding: cell, as: UTF8.self)).flatMap({ rowsByIndex[$0] }) {
            cell = table.contents(other, column)
        }
        image = TableImage(
            name: "\(table.path.escaped): \(table.place(row, column)) (index \(index))", cell: cell)
    }
}
