package import CaptionerJSON

/// An operator that keeps or drops a sample by numbers that it computes of it, as Data-Juicer's filters do. A filter is
/// a type that conforms, and a line in ``DataOperator``.
package protocol SampleFilter: Sendable {
    /// What configurations call it.
    static var name: String { get }
    /// The names of its numbers in `__dj__stats__`.
    static var statNames: [String] { get }

    /// Computes the numbers of samples: of each as many values as there are names.
    func stats(
        of samples: [JudgedSample], by similarities: (any SimilarityProvider)?
    ) async throws -> [Result<[JSONValue], ItemFailure>]

    /// Whether a sample is kept.
    /// - Parameter stats: its numbers, in the order of the names; read from a file they may be anything.
    /// - Throws: `ItemFailure` for what are no such numbers.
    func keeps(_ stats: [JSONValue]) throws(ItemFailure) -> Bool

    /// What is kept, for messages, such as `10 to 100`.
    var rangeText: String { get }
}

/// A filter that needs nothing but the sample.
package protocol SingleSampleFilter: SampleFilter {
    func stats(of sample: JudgedSample) throws(ItemFailure) -> [JSONValue]
}

extension SingleSampleFilter {
    package func stats(
        of samples: [JudgedSample], by similarities: (any SimilarityProvider)?
    ) async throws -> [Result<[JSONValue], ItemFailure>] {
        samples.map { sample in Result { () throws(ItemFailure) in try stats(of: sample) } }
    }
}

/// A sample as operators see it.
package struct JudgedSample: Sendable {
    package let sample: Sample
    package let profile: CompatibilityProfile?

    /// - Throws: `ItemFailure` when it has none.
    func text() throws(ItemFailure) -> String { try sample.requiredText() }

    /// Its images, each once for each time that it is named.
    /// - Throws: `ItemFailure` when the field is no list of paths.
    func pictures() throws(ItemFailure) -> [any PictureSource] {
        try sample.images().enumerated().map { sample.captionTask(for: $1, at: $0, profile).picture }
    }
}

extension JSONValue {
    /// The number in a file's stats.
    /// - Throws: `ItemFailure` where there is none.
    func stat(_ name: String) throws(ItemFailure) -> Double {
        guard let number = double else { throw ItemFailure(stage: .sample, message: "its \(name) is \(kind)") }
        return number
    }

    /// The list of numbers in a file's stats.
    /// - Throws: `ItemFailure` where there is none.
    func statList(_ name: String) throws(ItemFailure) -> [Double] {
        guard let elements else { throw ItemFailure(stage: .sample, message: "its \(name) is \(kind), no list") }
        var numbers: [Double] = []
        for element in elements { numbers.append(try element.stat(name)) }
        return numbers
    }

    static func float(_ number: Double) -> JSONValue { .number(number.pythonRepresentation) }
}
