import CaptionerFiles
import CaptionerJSON

/// What a row alone says of whether it is kept.
struct RowVerdict {
    var reason: DropReason?
    /// What the row is ranked by; NaN without a score.
    var score = Double.nan
    /// What is wrong with this row, where its reason does not say it.
    var detail: String?
    /// Nil of a line that is no object.
    var members: [JSONMember]?
}

/// Judges rows one by one.
struct RowJudge {
    let range: ScoreRange
    /// Whether rows without a score are dropped.
    let needsScores: Bool
    /// The field with the score; nil until a row has one of the usual ones.
    private(set) var field: ScoreField?

    init(range: ScoreRange, needsScores: Bool, field: ScoreField?) {
        self.range = range
        self.needsScores = needsScores
        self.field = field
    }

    mutating func verdict(on line: InputLine) -> RowVerdict {
        let members: [JSONMember]
        do {
            members = try JSONParser.parseObject(line.read()).members
        } catch {
            return RowVerdict(reason: .noObject, detail: "\(error)")
        }
        var verdict = RowVerdict(members: members)
        if field == nil { field = ScoreField.usual.first { $0.value(in: members) != nil } }
        guard let value = field?.value(in: members) else {
            if needsScores { verdict.reason = .missing }
            return verdict
        }
        do {
            let score = try RowScore(value)
            verdict.score = score.rank
            verdict.reason = range.reason(against: score)
        } catch {
            verdict.detail = "\(field?.name.string ?? "score") is \(error.found)"
            if needsScores { verdict.reason = .noNumber }
        }
        return verdict
    }
}
