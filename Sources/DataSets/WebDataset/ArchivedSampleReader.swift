/// Reads an archive sample by sample, everything in it in its order.
final class ArchivedSampleReader {
    private let reader: TarReader
    private let archive: [UInt8]
    private let members: ArchiveMembers
    private var ahead: TarEntry?
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
        var sample: ArchivedSample?
        while let entry = try peek() {
            let key = entry.place?.key
            if let sample, let key, !sample.key.isEmpty, !sample.key.elementsEqual(key) { return sample }
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
