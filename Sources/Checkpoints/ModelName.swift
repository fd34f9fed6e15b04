/// The name of a model on a hub, such as `Salesforce/blip2-opt-2.7b`, or `Salesforce/blip2-opt-2.7b@REVISION`.
package struct ModelName: Sendable, Equatable {
    package let organization: String
    package let name: String
    /// A branch, a tag or a commit; nil means whatever is current in the cache.
    package let revision: String?

    /// The name without the revision.
    package var repository: String { "\(organization)/\(name)" }

    /// The name as it is written, with the revision if there is one.
    package var text: String { revision.map { "\(repository)@\($0)" } ?? repository }

    /// - Returns: nil if the text is no name: of each part, only letters, digits, `-`, `_` and `.` are allowed, the last
    ///   one not in front, so that no name leads out of a cache.
    package init?(_ text: String) {
        let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = halves[0].split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy(Self.isSafe) else { return nil }
        (organization, name) = (String(parts[0]), String(parts[1]))
        guard halves.count == 2 else {
            revision = nil
            return
        }
        guard let revision = Self.revision(String(halves[1])) else { return nil }
        self.revision = revision
    }

    /// A revision that can be part of a path, or nil. Branches may hold slashes, as `refs/pr/1` does.
    static func revision(_ text: String) -> String? {
        text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy(isSafe) ? text : nil
    }

    private static func isSafe(_ part: Substring) -> Bool {
        guard let first = part.utf8.first, first != UInt8(ascii: ".") else { return false }
        return part.unicodeScalars.allSatisfy {
            $0.isASCII
                && ($0.properties.isAlphabetic || $0.properties.numericType != nil || "-_.".unicodeScalars.contains($0))
        }
    }
}
