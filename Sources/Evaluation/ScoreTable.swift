import CaptionerJSON
import Foundation

/// Scores by category.
package struct ScoreTable: Sendable {
    package struct Row: Sendable {
        package let name: String
        package let count: Int
        /// 0 to 1.
        package let score: Double
    }

    /// What the categories are called together: `category`, `l2-category`.
    package let title: String
    /// In order of their names' bytes.
    package let rows: [Row]

    /// The means of scores, by each kind of category that questions have.
    /// - Parameter scores: by question; nil for one that does not count.
    static func byCategory(_ questions: [EvaluationQuestion], _ scores: [Double?]) -> [ScoreTable] {
        var titles: [ExactString] = []
        var sums: [ExactString: [ExactString: (count: Int, sum: Double)]] = [:]
        for (question, score) in zip(questions, scores) {
            guard let score else { continue }
            for category in question.categories {
                let title = ExactString(category.title)
                if sums[title] == nil { titles.append(title) }
                let old = sums[title]?[ExactString(category.name)] ?? (0, 0)
                sums[title, default: [:]][ExactString(category.name)] = (old.count + 1, old.sum + score)
            }
        }
        return titles.map { title in
            let rows = (sums[title] ?? [:]).sorted { $0.key < $1.key }.map {
                Row(name: $0.key.string, count: $0.value.count, score: $0.value.sum / Double($0.value.count))
            }
            return ScoreTable(title: title.string, rows: rows)
        }
    }

    /// As aligned text: the score in percent, the number of questions, the name.
    package var text: String {
        (["\(title):"] + rows.map { String(format: "%7.2f%% %6d  ", 100 * $0.score, $0.count) + $0.name })
            .joined(separator: "\n")
    }
}
