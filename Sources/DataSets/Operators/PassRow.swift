import CaptionerJSON

/// How a pass writes a row that it keeps.
struct PassRow {
    let place: OperatorPass.Place
    let profile: CompatibilityProfile?
    let keepsStats: Bool
    /// With a profile.
    let schema: ColumnSchema?
    let floatLists: Set<String>

    func text(of sample: Sample, _ stats: SampleStats) -> String {
        switch (place, profile) {
        case (.beforeCaptions, _):
            return sample.withAbsolutePaths(profile)
                .line(setting: SampleStats.field, to: stats.json(floatLists: floatLists))
        case (_, let profile?):
            let row = self.place == .alone ? schema?.row(of: sample, text: nil) : nil
            var members = row?.members ?? sample.members
            if keepsStats {
                members = ScoreStats.setting(written(stats), in: members)
            } else if let place = members.lastIndex(where: {
                $0.illFormedKey == nil && $0.key == ExactString(SampleStats.field)
            }) {
                members.remove(at: place)
            }
            return JSONValue.object(members).json(profile.style)
        case (.alone, nil): return line(of: sample.withAbsolutePaths(nil), stats)
        case (.afterCaptions, nil): return line(of: sample, stats)
        }
    }

    private func line(of sample: Sample, _ stats: SampleStats) -> String {
        keepsStats ? sample.line(setting: SampleStats.field, to: stats.json) : sample.line(without: SampleStats.field)
    }

    /// Numbers as the version of Data-Juicer writes them.
    private func written(_ stats: SampleStats) -> JSONValue {
        // Arrow's structs were made of sorted names in 2024, but for one that was loaded and not added to.
        let isLoaded = schema?.statNames.elementsEqual(stats.members.lazy.map(\.key)) ?? false
        return stats.json(profile, isSorted: !isLoaded, floatLists: floatLists)
    }

    /// The numbers alone, as a row of their own.
    func statsText(_ stats: SampleStats) -> String {
        JSONValue.object([JSONMember(SampleStats.field, written(stats))])
            .json(profile?.style ?? .python)
    }
}
