package import CaptionerFiles
import CaptionerJSON
import Crypto
import Foundation
package import SystemPackage

/// Questions, answers and what they are worth, as one HTML file that needs nothing else and runs no script.
package struct EvaluationPage: Sendable {
    /// What to show of the images: their longer side in pixels, 0 for nothing.
    package var thumbnailSize = 160
    /// What relative paths of images begin at; nil if the images are not shown.
    package var images: FilePath?
    /// How many images are read at once.
    package var threadCount = 1

    private let title: String
    private let questions: [EvaluationQuestion]
    private let score: EvaluationScore
    private let notes: [String]

    package init(title: String, questions: [EvaluationQuestion], score: EvaluationScore, notes: [String]) {
        self.title = title
        self.questions = questions
        self.score = score
        self.notes = notes
    }

    /// What every page has near its start, so that one is recognised.
    private static let mark = "<meta name=\"generator\" content=\"caption-images evaluate\">"

    /// Whether a file is such a page, and nothing is lost when a new one takes its place.
    package static func isPage(_ path: FilePath) -> Bool {
        guard let descriptor = try? path.openedRegular().descriptor else { return false }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard let start = try? file.read(upToCount: 512) else { return false }
        return String(decoding: start, as: UTF8.self).contains(mark)
    }

    /// Images that are in memory at once, small as they are then.
    private static let batchSize = 64

    /// Writes the page, as UTF-8, piece by piece, so that memory does not grow with it. An image that cannot be shown is
    /// named, with the cause.
    /// - Parameter progress: is called with the share of the images that is done.
    /// - Throws: `FileError.unwritableOutput`, `CancellationError`.
    package func write(to file: WholeFile, progress: (Double) -> Void = { _ in }) async throws {
        let sections = sections
        let count = sections.reduce(0) { $0 + $1.cards.count }
        try file.append(head)
        var done = 0
        for section in sections {
            try file.append("<h2>\(section.name.escapedForHTML)</h2>\n")
            for start in stride(from: 0, to: section.cards.count, by: Self.batchSize) {
                let cards = section.cards[start..<min(start + Self.batchSize, section.cards.count)]
                var pictures: [EvaluationPicture?] = cards.map { _ in nil }
                if thumbnailSize > 0 {
                    pictures = try await EvaluationPicture.make(
                        cards.map { questions[$0[0]].image }, in: images, size: thumbnailSize, threadCount: threadCount)
                }
                for (card, picture) in zip(cards, pictures) { try file.append(article(card, picture)) }
                done += cards.count
                if thumbnailSize > 0 { progress(Double(done) / Double(count)) }
            }
        }
        try file.append("</body>\n</html>\n")
    }

    private struct Section {
        let name: String
        /// Places of questions that are shown together.
        var cards: [[Int]] = []
    }

    /// By the first kind of category, in order of names; groups in the order of their first questions.
    private var sections: [Section] {
        var cards: [[Int]] = []
        var places: [ExactString: Int] = [:]
        for (place, question) in questions.enumerated() {
            if let card = places[question.group] {
                cards[card].append(place)
            } else {
                places[question.group] = cards.count
                cards.append([place])
            }
        }
        var sections: [ExactString: Section] = [:]
        for card in cards {
            let name = questions[card[0]].categories.first?.name ?? "Questions"
            sections[ExactString(name), default: Section(name: name)].cards.append(card)
        }
        return sections.sorted { $0.key < $1.key }.map(\.value)
    }

    private var head: String {
        let style = String(decoding: PackageResources.evaluation_css, as: UTF8.self)
        let hash = Data(SHA256.hash(data: Data(style.utf8))).base64EncodedString()
        let tables = score.tables.map { table in
            "<table><caption>\(table.title.escapedForHTML)</caption>"
                + table.rows.map { row in
                    "<tr><td>\(row.name.escapedForHTML)<td class=\"number\">\(row.count)"
                        + String(format: "<td class=\"number\">%.2f%%", 100 * row.score)
                }.joined() + "</table>\n"
        }
        let filters = [
            ("all", "all"), ("only-right", "right"), ("only-partly", "partly right"), ("only-wrong", "wrong"),
        ]
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            \(Self.mark)
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; base-uri 'none'; \
            form-action 'none'; style-src 'sha256-\(hash)'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <link rel="icon" href="data:,">
            <title>\(title.escapedForHTML)</title>
            <style>\(style)</style>
            </head>
            <body>
            <h1>\(title.escapedForHTML)</h1>
            <p class="score">\(score.lines.joined(separator: "\n").escapedForHTML)</p>
            <ul>\(notes.map { "<li>\($0.escapedForHTML)</li>" }.joined())</ul>
            <div class="tables">\(tables.joined())</div>
            <fieldset><legend>Show answers that are</legend>
            \(filters.map { "<label><input type=\"radio\" name=\"show\" id=\"\($0.0)\"\($0.0 == "all" ? " checked" : "")> \($0.1)</label>" }.joined(separator: "\n"))
            </fieldset>

            """
    }

    private func article(_ places: [Int], _ picture: EvaluationPicture?) -> String {
        let figure =
            switch picture {
            case nil: ""
            case .jpeg(let base64):
                "<figure><img alt=\"\" loading=\"lazy\" src=\"data:image/jpeg;base64,\(base64)\"></figure>"
            case .unavailable(let cause): "<figure>\(cause.escapedForHTML)</figure>"
            }
        return "<article>\(figure)<div class=\"entries\">\n\(places.map(entry).joined())</div></article>\n"
    }

    private func entry(_ place: Int) -> String {
        let question = questions[place]
        let verdict = score.verdicts[place]
        let kind =
            switch verdict.score {
            case nil: "open"
            case 0: "wrong"
            case 1: "right"
            default: "partly"
            }
        let points = verdict.score.map { $0 == 0 || $0 == 1 ? "" : String(format: " %.1f", $0) } ?? ""
        let answer = verdict.answer.map { $0.isEmpty ? "(empty)" : $0 } ?? "(no answer)"
        let expected =
            verdict.expected.isEmpty
            ? "" : "<br><span class=\"expected\">expected: \(verdict.expected.escapedForHTML)</span>"
        return """
            <div class="entry \(kind)"><div class="question" dir="auto">\(question.prompt.escapedForHTML)</div>
            <span class="answer" dir="auto">\(answer.escapedForHTML)</span>\(points) \
            <small>\(question.id.json().escapedForHTML)</small>\(expected)</div>

            """
    }
}
