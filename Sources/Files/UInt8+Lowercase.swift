extension UInt8 {
    /// The small letter of a capital letter of ASCII; any other byte itself.
    package var lowercasedASCII: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}

extension [UInt8] {
    /// Whether a name ends in one of these ways, in small letters or capitals.
    package func hasEnding(_ endings: [String]) -> Bool {
        endings.contains { ending in
            suffix(ending.utf8.count).lazy.map(\.lowercasedASCII).elementsEqual(ending.utf8)
        }
    }
}
