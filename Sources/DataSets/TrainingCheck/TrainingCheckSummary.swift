/// How many findings of each kind there are, and in which rows.
package struct TrainingCheckSummary: Sendable {
    /// Findings of one kind and severity.
    package struct Group: Sendable {
        package let kind: TrainingFinding.Kind
        package let severity: TrainingFinding.Severity
        package fileprivate(set) var count = 0
        /// The first rows, from 0; none of findings about the whole file.
        package fileprivate(set) var firstRows: [Int] = []
        /// What the first finding says.
        package let example: String
    }

    package let stage: TrainingStage
    package private(set) var rowCount = 0
    /// The worst first, of equal severity the most frequent.
    package private(set) var groups: [Group] = []
    /// Rows by their worst finding.
    package private(set) var rowCounts: [TrainingFinding.Severity: Int] = [:]
    /// Whether there is nothing that ends training, replaces a row, or is ignored.
    package var isFit: Bool { !groups.contains { $0.severity.isFault } }

    private static let shownRowCount = 5
    /// How often training tries to read a row and others in its place.
    private static let attemptCount = 10

    init(stage: TrainingStage) { self.stage = stage }

    /// Adds the next row.
    mutating func add(_ findings: [TrainingFinding]) {
        for finding in findings { add(finding, row: rowCount) }
        rowCount += 1
        let severities = Set(findings.map(\.severity))
        // Of a row that training cannot read it sees no more.
        let order: [TrainingFinding.Severity] =
            findings.contains { $0.kind == .severalImageTokens || $0.kind == .severalImages }
            ? [.replaced, .crash] : [.crash, .replaced]
        if let worst = (order + [.ignored, .harmful, .note]).first(where: severities.contains) {
            rowCounts[worst, default: 0] += 1
        }
    }

    private mutating func add(_ finding: TrainingFinding, row: Int?) {
        let place =
            groups.firstIndex { $0.kind == finding.kind && $0.severity == finding.severity }
            ?? {
                groups.append(Group(kind: finding.kind, severity: finding.severity, example: finding.message))
                return groups.count - 1
            }()
        groups[place].count += 1
        if let row, groups[place].firstRows.count < Self.shownRowCount { groups[place].firstRows.append(row) }
    }

    /// Adds findings about the file as a whole, and puts everything in order.
    /// - Returns: those findings.
    mutating func finish() -> [TrainingFinding] {
        let findings = [retries, manyRows].compactMap { $0 }
        for finding in findings { add(finding, row: nil) }
        let order = TrainingFinding.Severity.allCases
        // Of equal ones that of the first row comes first.
        groups = groups.enumerated().sorted { left, right in
            func rank(_ place: Int, _ group: Group) -> (Int, Int, Int) {
                (order.firstIndex(of: group.severity) ?? 0, -group.count, place)
            }
            return rank(left.offset, left.element) < rank(right.offset, right.element)
        }.map(\.element)
        return findings
    }

    /// Training gives a row up when others, drawn in its place, cannot be read either.
    private var retries: TrainingFinding? {
        let lost = rowCounts[.replaced] ?? 0
        var expected = Double(lost)
        for _ in 1..<Self.attemptCount { expected *= Double(lost) / Double(rowCount) }
        guard expected >= 0.01 else { return nil }
        let rounded = (expected * 100).rounded() / 100
        return TrainingFinding(
            .retriesRunOut, .crash,
            "\(lost) of \(rowCount) rows cannot be read. After \(Self.attemptCount) such rows in succession training ends (UnboundLocalError), which is expected \(rounded) times in an epoch"
        )
    }

    private var manyRows: TrainingFinding? {
        guard stage == .pretrain, rowCount > RowDraw.challengeCount else { return nil }
        return TrainingFinding(
            .manyRows, .note,
            "it has more than \(RowDraw.challengeCount) rows: of a larger data set the Better Synth challenge draws that many, with seed \(RowDraw.challengeSeed), before it is converted (caption-images draw)"
        )
    }
}
