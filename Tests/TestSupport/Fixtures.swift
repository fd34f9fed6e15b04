public import Foundation

/// Where the committed fixtures lie. Tests find them in the sources, because they are too many to copy as resources.
public enum Fixtures {
    public static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures")

    public static var pictures: URL { folder.appendingPathComponent("pictures") }

    public static func model(_ name: String) -> URL { folder.appendingPathComponent("models/\(name)") }

    /// The sources of the package.
    public static var package: URL { folder.deletingLastPathComponent().deletingLastPathComponent() }
}
