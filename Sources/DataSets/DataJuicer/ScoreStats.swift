import CaptionerJSON

/// The scores of a run among the numbers of a sample, `__dj__stats__`.
package enum ScoreStats {
    package static let field = SampleStats.field
    /// Of each chunk with images: how similar its text is to them.
    package static let similarity = ScoreMeasure.similarity.statName

    /// The numbers of a sample with those of a run. What is there is replaced, but with a profile not: Data-Juicer computes
    /// none again, though the text may have changed since.
    static func merged(_ stats: JSONValue, into sample: Sample, _ profile: CompatibilityProfile?) -> JSONValue {
        var merged = SampleStats(of: sample)
        for member in stats.members ?? [] {
            let name = member.key.string
            if profile == nil || merged.values(of: [name]) == nil { merged.set([name], to: [member.value]) }
        }
        return merged.json
    }

    /// The members of a row with numbers in place of its own, or after the others.
    static func setting(_ stats: JSONValue, in members: [JSONMember]) -> [JSONMember] {
        var members = members
        let member = JSONMember(field, stats)
        if let place = members.lastIndex(where: { $0.illFormedKey == nil && $0.key == member.key }) {
            members[place] = member
        } else {
            members.append(member)
        }
        return members
    }
}
