/// Reads an archive sample by sample, everything in it in its order.
final class ArchivedSampleReader {
    private let reader: TarReader
    private let archive: [UInt8]
    private let members: ArchiveMembers
    private var ahead: TarEntry?
    /// What belongs to the next sample and stands before its first member.
    private var leading: [TarEntry] = []
    private var damage: String?
    private static let limit = 1 << 26

    /// - Parameter archive: what records call the archive.
    init(_ bytes: any TarBytes, archive: [UInt8], members: ArchiveMembers) {
        reader = TarReader(bytes)
        self.archive = archive
        self.members = members
    }

    /// The next sample, nil after the last. After the samples before it, what is wrong with an archive is one of its own.
    /// - Throws: `FileError`, `CancellationError`.
    func next() throws -> ArchivedSample? {
        var sample = leading.isEmpty ? nil : ArchivedSample(archive: archive, key: [], members: members)
        sample?.entries = leading
        leading = []
        while let entry = try peek() {
            let key = entry.place?.key
            if let sample, let key, !sample.key.isEmpty, !sample.key.elementsEqual(key) {
                return parted(sample, from: key)
            }
            // Much that belongs to no sample is handed on by itself.
            if let sample, key == nil, sample.byteCount > Self.limit { return sample }
            ahead = nil
            var current = sample ?? ArchivedSample(archive: archive, key: [], members: members)
            if current.key.isEmpty, let key {
                let before = current.entries
                current = ArchivedSample(archive: archive, key: Array(key), members: members)
                current.entries = before
            }
            current.entries.append(entry)
            sample = current
        }
        if let sample { return sample }
        guard let damage else { return nil }
        self.damage = nil
        var sampleOfDamage = ArchivedSample(archive: archive, key: [], members: members)
        sampleOfDamage.damage = damage
        return sampleOfDamage
    }

    /// Keeps back what comes after a sample's members from a link on that is the text of the next sample.
    private func parted(_ sample: ArchivedSample, from key: ArraySlice<UInt8>) -> ArchivedSample {
        let end = sample.entries.lastIndex { $0.place != nil }.map { $0 + 1 } ?? 0
        guard let start = sample.entries[end...].firstIndex(where: { $0.isTextLink(of: key, members) }) else {
            return sample
        }
        var sample = sample
        leading = Array(sample.entries[start...])
        sample.entries.removeSubrange(start...)
        return sample
    }

    private func peek() throws -> TarEntry? {
        if ahead == nil {
            do {
                ahead = try reader.next()
            } catch let problem as TarDamage {
                damage = problem.cause
            }
        }
        return ahead
    }
}
