extension Collection<UInt8> {
    /// The bytes of a file after the byte order mark that may be at its start.
    package var withoutByteOrderMark: SubSequence { dropFirst(starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0) }
}
