/// What requests may ask for, and how long they may take.
package struct ServiceLimits: Sendable, Equatable {
    /// Of a request, in bytes.
    package var bodySize = 20 << 20
    /// Of an image, by its header, before memory is taken.
    package var pixelCount = 50_000_000
    /// Of an image, in pixels. Of a single row of millions much more memory is needed than of a square.
    package var side = 65_535
    /// Of one question, for a model that takes several.
    package var images = 16
    /// Requests that wait, beside those that are being answered.
    package var queueLength = 64
    /// New tokens of a text. Who asks for more gets these.
    package var newTokens = 512
    /// Texts, and beams, of one request.
    package var copies = 16
    /// Texts to be scored or embedded, and images to be embedded, in one request.
    package var items = 256
    /// From its header to its answer, waiting included, in seconds.
    package var seconds = 120
    /// Until a body has arrived, in seconds.
    package var bodySeconds = 30
    /// Connections at a time, as far as the process may open files.
    package var connections = 8192
    /// Until the header of a request has arrived, in seconds.
    package var headerSeconds = 15
    /// Between an answer and the next request of a connection, in seconds.
    package var idleSeconds = 75

    package init() {}
}
