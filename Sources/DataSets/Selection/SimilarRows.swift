/// Finds rows whose images have embeddings that are nearly the same.
///
/// Rows are gone through from the best on. One is a duplicate if a row before it that is none is too similar: if the
/// cosine of each of its images with the image in the same place there is above the maximum. So no two rows that are
/// left are too similar, and each duplicate is similar to the row that is named for it, its most similar one. The work
/// grows with the square of the number of rows that are left.
struct SimilarRows {
    let embeddings: EmbeddingFolder
    let maximum: Float
    let products: DotProducts

    /// Rows that are looked at together, and rows that they are multiplied with at once.
    private static let blockSize = 1024
    private static let chunkSize = 4096

    /// A row and the embedding of its first image.
    private struct Entry {
        let row: Int32
        let start: Int
    }

    /// - Parameters:
    ///   - rows: from the best on.
    ///   - images: where their embeddings are; rows without a direction are counted there.
    ///   - progress: receives the share that is done.
    /// - Throws: `CancellationError`, and what `products` throws.
    func duplicates(
        among rows: [Int32], _ images: inout EmbeddedImages, progress: (Double) -> Void
    ) throws -> [Int32: Duplicate] {
        var groups: [Int32: [Entry]] = [:]
        var scratch = [Float](repeating: 0, count: embeddings.width)
        for row in rows where images.starts[Int(row)] >= 0 {
            let (start, count) = (Int(images.starts[Int(row)]), images.counts[Int(row)])
            let isUsable = scratch.withUnsafeMutableBufferPointer { buffer in
                guard let target = buffer.baseAddress else { return false }
                return (start..<(start + Int(count))).allSatisfy { embeddings.copy(row: $0, to: target) }
            }
            if isUsable {
                groups[count, default: []].append(Entry(row: row, start: start))
            } else {
                images.fail("embedding \(start) is zero or not finite")
            }
        }
        var found: [Int32: Duplicate] = [:]
        let total = Double(rows.count)
        var done = 0
        for (count, entries) in groups.sorted(by: { $0.key < $1.key }) {
            var kept: [Entry] = []
            for start in stride(from: 0, to: entries.count, by: Self.blockSize) {
                let block = Array(entries[start..<min(start + Self.blockSize, entries.count)])
                try find(block, &kept, imageCount: Int(count), &found)
                done += block.count
                // Pairs, of which the later rows have more.
                progress(Double(done) / total * Double(done) / total)
            }
        }
        return found
    }

    /// Finds the duplicates of a block, and adds the others to those that are kept.
    private func find(
        _ block: [Entry], _ kept: inout [Entry], imageCount: Int, _ found: inout [Int32: Duplicate]
    ) throws {
        var nearest = [(similarity: Float, row: Int32)](repeating: (-.infinity, -1), count: block.count)
        for start in stride(from: 0, to: kept.count, by: Self.chunkSize) {
            let chunk = Array(kept[start..<min(start + Self.chunkSize, kept.count)])
            let similarities = try similarities(block, chunk, imageCount)
            similarities.withUnsafeBufferPointer { similarities in
                for place in block.indices {
                    let line = UnsafeBufferPointer(
                        rebasing: similarities[(place * chunk.count)..<((place + 1) * chunk.count)])
                    for (other, similarity) in line.enumerated()
                    where similarity > maximum && similarity > nearest[place].similarity {
                        nearest[place] = (similarity, chunk[other].row)
                    }
                }
            }
        }
        let within = try similarities(block, block, imageCount)
        var keptPlaces: [Int] = []
        for place in block.indices {
            for other in keptPlaces {
                let similarity = within[place * block.count + other]
                if similarity > maximum, similarity > nearest[place].similarity {
                    nearest[place] = (similarity, block[other].row)
                }
            }
            if nearest[place].row >= 0 {
                found[block[place].row] = Duplicate(
                    original: nearest[place].row, similarity: nearest[place].similarity)
            } else {
                keptPlaces.append(place)
            }
        }
        kept += keptPlaces.map { block[$0] }
    }

    /// The least similarity of the images in the same place, `[rows, others]`.
    private func similarities(_ rows: [Entry], _ others: [Entry], _ imageCount: Int) throws -> [Float] {
        var result: [Float] = []
        for image in 0..<imageCount {
            try Task.checkCancellation()
            let product = try products(matrix(rows, image), matrix(others, image), embeddings.width)
            result = result.isEmpty ? product : zip(result, product).map { min($0, $1) }
        }
        return result
    }

    /// The embeddings of one image of each row, `[rows, width]`.
    private func matrix(_ rows: [Entry], _ image: Int) -> [Float] {
        let width = embeddings.width
        return [Float](unsafeUninitializedCapacity: rows.count * width) { buffer, count in
            if let target = buffer.baseAddress {
                for (place, entry) in rows.enumerated() {
                    _ = embeddings.copy(row: entry.start + image, to: target + place * width)
                }
            }
            count = rows.count * width
        }
    }
}
