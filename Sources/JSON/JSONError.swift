/// Where and why bytes are not JSON.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// In bytes from the start.
    public let offset: Int
    public let message: String

    public init(offset: Int, message: String) {
        self.offset = offset
        self.message = message
    }

    /// The reason and the place.
    public var cause: String { "\(message) at byte \(offset)" }

    public var description: String { "not JSON: \(cause)" }
}
