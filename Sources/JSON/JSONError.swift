/// Where and why bytes are not JSON.
package struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// In bytes from the start.
    package let offset: Int
    package let message: String

    package init(offset: Int, message: String) {
        self.offset = offset
        self.message = message
    }

    /// The reason and the place.
    package var cause: String { "\(message) at byte \(offset)" }

    package var description: String { "not JSON: \(cause)" }
}
