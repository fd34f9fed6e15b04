import CaptionerJSON
import SystemPackage

extension SampleRows {
    /// The members of a row with the numbers that its sample brings, as they are.
    func carrying(_ members: [JSONMember], of sample: Sample) -> [JSONMember] {
        guard options.stats != .none, let stats = sample[SampleStats.field] else { return members }
        return ScoreStats.setting(stats, in: members)
    }

    /// A row with its numbers as Data-Juicer writes them, or without, where no pass of operators follows that does so.
    func finished(_ line: String) -> String {
        guard case .finished(let areKept) = options.stats,
            let sample = try? Sample(line: Array(line.utf8), fields: fields, folder: FilePath("/"))
        else { return line }
        let format = PassRow(
            place: .afterCaptions, profile: options.profile, keepsStats: areKept, schema: schema, floatLists: [])
        return format.text(of: sample, SampleStats(of: sample))
    }
}
