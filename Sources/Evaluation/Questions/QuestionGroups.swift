import CaptionerJSON

extension [EvaluationQuestion] {
    /// The places of questions, those about one image together, images in the order of their first questions.
    ///
    /// `AnswerWriter` keeps answers in memory that come before those of earlier questions. So that an interruption loses
    /// few of them, the questions are cut into stretches, and grouped within each.
    /// - Parameters:
    ///   - start: the first question that has no answer.
    ///   - length: of a stretch, in questions.
    package func placesByImage(from start: Int, stretch length: Int) -> [[Int]] {
        precondition(length > 0, "expected a stretch of at least one question, found \(length)")
        return stride(from: start, to: count, by: length).flatMap { first in
            var groups: [[Int]] = []
            var numbers: [[ExactString]: Int] = [:]
            for place in first..<(first + Swift.min(length, count - first)) {
                let key = self[place].imageKeys
                if let number = numbers[key] {
                    groups[number].append(place)
                } else {
                    numbers[key] = groups.count
                    groups.append([place])
                }
            }
            return groups
        }
    }
}
