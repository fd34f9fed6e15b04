import CaptionerFiles
import CaptionerImageProcessing
import Foundation

/// Reads the images of rows, several rows at once, and finds the rows whose images have the same key.
struct ImageKeys {
    let isPerceptual: Bool
    let threadCount: Int
    private var waiting: [(row: Int32, images: RowImages)] = []
    private var keys: [(key: ImageKey, row: Int32)] = []
    /// Rows with images of which one could not be read.
    private(set) var failedCount = 0
    private(set) var firstFailure: String?

    init(isPerceptual: Bool, threadCount: Int) {
        self.isPerceptual = isPerceptual
        self.threadCount = max(threadCount, 1)
    }

    /// Rows of which paths are held at once.
    private static let batchSize = 256

    /// - Parameter images: nil if the row does not name them as it should.
    /// - Throws: `CancellationError`.
    mutating func add(_ images: RowImages?, of row: Int32) async throws {
        guard let images else { return fail("row \(row): its images are no list of paths") }
        guard !images.names.isEmpty else { return }
        waiting.append((row, images))
        if waiting.count == Self.batchSize { try await hash() }
    }

    private mutating func fail(_ message: String) {
        failedCount += 1
        if firstFailure == nil { firstFailure = message }
    }

    private mutating func hash() async throws {
        let isPerceptual = isPerceptual
        let batch = waiting
        waiting = []
        let results = try await concurrentMap(batch, atOnce: threadCount) { element in
            Result { () throws(ItemFailure) in
                guard isPerceptual else { return try ImageKey.exact(element.images) }
                let hashes = try ImageKey.perceptualHashes(
                    element.images.names, element.images.sources, by: ImageDecoder())
                return ImageKey(Data(hashes.utf8))
            }
        }
        for (element, result) in zip(batch, results) {
            switch result {
            case .success(let key): keys.append((key, element.row))
            case .failure(let failure): fail(failure.message)
            }
        }
    }

    /// The duplicates among the rows that were added: of rows with the same key all but the best.
    /// - Parameter scores: of all rows; NaN is worse than any.
    mutating func duplicates(_ scores: [Double]) async throws -> [Int32: Duplicate] {
        try await hash()
        keys.sort { left, right in
            if left.key != right.key { return left.key < right.key }
            return RankCut.precedes(left.row, right.row, scores)
        }
        var duplicates: [Int32: Duplicate] = [:]
        var original = keys.first
        for entry in keys.dropFirst() {
            if let original, original.key == entry.key {
                duplicates[entry.row] = Duplicate(original: original.row)
            } else {
                original = entry
            }
        }
        return duplicates
    }

    /// Whether there were images, and not one that could be read.
    var hasOnlyFailures: Bool { failedCount > 0 && keys.isEmpty }
}
