import CaptionerDataSets

/// An archive that is written while another comes in. Nothing can be taken up again there.
struct ArchiveDestination: RunDestination {
    let writer: ArchiveStreamWriter
    /// Receives errors, for which an archive has no place.
    let onError: (ErrorRecord) throws -> Void

    func receive(_ item: Item, _ rows: ItemRows) throws { try writer.add(item, rows: rows) }

    func write(_ rows: ItemRows, embedded: [EmbeddedPair]) throws { try rows.errors.forEach(onError) }
}
