import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets

@Suite struct SimilarRowsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A file as numpy writes it.
    private static func npy(_ rows: [[Float]], columns: Int, shape: String? = nil, type: String = "<f4") -> [UInt8] {
        let shape = shape ?? "(\(rows.count), \(columns))"
        var header = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }"
        header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
        let numbers = rows.joined().flatMap { number in
            (0..<4).map { UInt8(truncatingIfNeeded: number.bitPattern >> ($0 * 8)) }
        }
        return [0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0] + Array(header.utf8) + numbers
    }

    private func selected(
        _ images: [[String]], _ scores: [Double], _ vectors: [[Float]], metadata: [String]? = nil,
        maximum: Double = 0.95
    ) async throws -> Selected {
        let rows = zip(images, scores).enumerated().map { place, row in
            let list = JSONValue.array(row.0.map { .string($0) }).json()
            return #"{"id": \#(place), "images": \#(list), "similarity": \#(row.1)}"#
        }
        try folder.write(Self.npy(vectors, columns: vectors[0].count), as: "emb/img_emb/img_emb_0.npy")
        if let metadata {
            let lines = metadata.map { #"{"image_path": "\#($0)"}"# + "\n" }
            try folder.write(lines.joined(), as: "emb/metadata/metadata_0.jsonl")
        }
        var selection = RowSelection()
        selection.duplicates = .similarity(
            embeddings: FilePath(folder.path("emb")), maximum: maximum, products: Selected.products)
        return try await Selected(
            selection, of: folder.write(rows.joined(separator: "\n"), as: "rows.jsonl"), in: folder)
    }

    /// Beyond the blocks in which rows are compared, the result is that of comparing them one by one.
    @Test func blocksMakeNoDifference() async throws {
        var generator = SplitMix64(seed: 7)
        let count = 2300
        var centers: [[Float]] = []
        for _ in 0..<900 { centers.append((0..<3).map { _ in .random(in: -1...1, using: &generator) }) }
        let images = (0..<count).map { row in row % 10 == 0 ? ["\(row) a", "\(row) b"] : ["\(row)"] }
        let scores = (0..<count).map { _ in Double(Int.random(in: 0...50, using: &generator)) / 100 }
        var vectors: [[Float]] = []
        for names in images {
            // Of rows with two images there are few, which therefore share few directions.
            let center = Int.random(in: 0..<(names.count == 1 ? 900 : 20), using: &generator)
            for _ in names {
                vectors.append(centers[center].map { $0 + .random(in: -0.01...0.01, using: &generator) })
            }
        }
        let result = try await selected(images, scores, vectors, maximum: 0.999)
        let starts = images.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
        let unit = vectors.map { vector in
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return vector.map { $0 / length }
        }
        var kept: [Int] = []
        var expected: Set<Int> = []
        for row in (0..<count).sorted(by: { (-scores[$0], $0) < (-scores[$1], $1) }) {
            let isDuplicate = kept.contains { other in
                guard images[other].count == images[row].count else { return false }
                return (0..<images[row].count).allSatisfy { image in
                    let (left, right) = (unit[starts[row] + image], unit[starts[other] + image])
                    return zip(left, right).reduce(Float(0)) { $0 + $1.0 * $1.1 } > 0.999
                }
            }
            if isDuplicate { expected.insert(row) } else { kept.append(row) }
        }
        // A cosine within the last bits of the maximum may fall on either side.
        let found = Set(result.dropped.compactMap { $0["index"]?.integer })
        #expect(found.symmetricDifference(expected).count <= 5 && found.count > 500)
        #expect(found.contains { $0 % 10 == 0 })
        let ids = Set(try result.ids)
        for record in result.dropped { #expect(ids.contains(try #require(record["duplicate_of"]?.integer))) }
    }

    @Test func imagesWithoutEmbeddingsAreNoDuplicates() async throws {
        let (same, other): ([Float], [Float]) = ([1, 0], [0, 1])
        let images = [["/x/a/1.jpg"], ["a/2.jpg"], ["./a/3.jpg"], ["b/3.jpg"], ["a/4.jpg", "a/5.jpg"], ["a/6.jpg"]]
        // Those of 2 and 5 are missing, and that of 6 has no direction.
        let result = try await selected(
            images, [1, 2, 3, 4, 5, 6], [same, same, same, other, [0, 0]],
            metadata: ["a/1.jpg", "a/3.jpg", "/y/b/3.jpg", "a/4.jpg", "a/6.jpg"])
        #expect(try result.ids == [1, 3, 4, 5])
        #expect(result.dropped.map { $0["duplicate_of"]?.integer } == [3, 3])
        #expect(result.summary.unreadableCount == 3)
        #expect(result.summary.firstUnreadable == "no embedding of a/2.jpg")
    }

    @Test(
        arguments: [
            (nil, "it has 2 embeddings of images, expected 3, one for each image of"),
            (["1", "other"], "row 1 is an embedding of other, which is not the next image of"),
            (["1"], "1 lines, expected 2, one for each row of its embeddings"),
        ] as [([String]?, String)])
    func embeddingsOfOtherRowsAreRefused(metadata: [String]?, message: String) async throws {
        let error = await #expect(throws: FileError.self) {
            try await selected([["1"], ["2"], ["3"]], [1, 1, 1], [[1, 0], [0, 1]], metadata: metadata)
        }
        #expect("\(error as Any)".contains(message), "\(error as Any)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("kept.jsonl")))
    }

    @Test func damagedMatricesAreRefused() throws {
        let good = Self.npy([[1, 2], [3, 4]], columns: 2)
        let path = FilePath(folder.path("m.npy"))
        for count in good.indices {
            try folder.write(Array(good[..<count]), as: "m.npy")
            #expect(throws: FileError.self) { try NumpyMatrix(path) }
        }
        for (bytes, message) in [
            (Self.npy([], columns: 2, shape: "(0,)"), "of shape (0,)"),
            (Self.npy([], columns: 2, shape: "(2, 2)", type: "<f8"), "found <f8"),
            (Self.npy([], columns: 2, shape: "(9223372036854775807, 4)"), "expected 9223372036854775807 x 4"),
            (Self.npy([], columns: 2, shape: "(-1, 4)"), "of shape (-1, 4)"),
            (Self.npy([[1, 2]], columns: 2, shape: "(0, 2)"), "what writes it is not finished"),
        ] {
            try folder.write(bytes, as: "m.npy")
            let error = #expect(throws: FileError.self) { try NumpyMatrix(path) }
            #expect("\(error as Any)".contains(message), "\(error as Any)")
        }
        try folder.write(good, as: "m.npy")
        #expect(try NumpyMatrix(path).rows == 2)
        var generator = SplitMix64(seed: 3)
        for _ in 0..<2000 {
            var bytes = good
            for _ in 0..<3 {
                bytes[.random(in: 0..<128, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            try folder.write(bytes, as: "m.npy")
            _ = try? NumpyMatrix(path)
        }
    }

    /// Where there are no rows, nothing is as long as they are said to be, and other files need not have rows of that length.
    @Test func filesWithoutRowsDecideNothing() async throws {
        let empty = Self.npy([], columns: 2, shape: "(0, 4611686018427387904)")
        try folder.write(empty, as: "e/img_emb/img_emb_0.npy")
        let path = FilePath(folder.path("e"))
        #expect(try EmbeddingFolder(path).width == 0)
        try folder.write(Self.npy([[1, 2]], columns: 2), as: "e/img_emb/img_emb_1.npy")
        let embeddings = try EmbeddingFolder(path)
        #expect((embeddings.count, embeddings.width) == (1, 2))
        try folder.write(empty, as: "emb/img_emb/img_emb_1.npy")
        try folder.write("", as: "emb/metadata/metadata_1.jsonl")
        let result = try await selected([["1"], ["2"]], [1, 1], [[1, 0]], metadata: ["2"])
        #expect(try result.ids == [0, 1])
    }

    /// Squares that float32 does not hold make no row one without a direction, nor its length another than 1.
    @Test func lengthsOfAnySizeAreMadeOne() throws {
        let rows: [[Float]] = [
            [3e30, 4e30], [3e-30, -4e-30], [0, .leastNonzeroMagnitude], [0, 0], [.infinity, 1], [.nan, 1],
        ]
        try folder.write(Self.npy(rows, columns: 2), as: "m.npy")
        let matrix = try NumpyMatrix(FilePath(folder.path("m.npy")))
        let expected: [[Float]?] = [[0.6, 0.8], [0.6, -0.8], [0, 1], nil, nil, nil]
        for (place, expected) in expected.enumerated() {
            var row: [Float] = [7, 7]
            let isUsable = row.withUnsafeMutableBufferPointer { row in
                row.baseAddress.map { matrix.copy(row: place, to: $0) } ?? false
            }
            #expect(isUsable == (expected != nil), "row \(place)")
            for (found, expected) in zip(row, expected ?? []) { #expect(abs(found - expected) < 1e-6) }
        }
    }

    /// Every float16 is read as Swift has it.
    @Test func halvesAreReadExactly() throws {
        let bits = (0...UInt16.max).filter { $0 & 0x7C00 != 0x7C00 && $0 & 0x7FFF != 0 }
        let start = Self.npy([], columns: 2, shape: "(\(bits.count), 2)", type: "<f2")
        // After each a one.
        var numbers: [UInt8] = []
        for bits in bits { numbers += [UInt8(truncatingIfNeeded: bits), UInt8(bits >> 8), 0x00, 0x3C] }
        try folder.write(start + numbers, as: "h.npy")
        let matrix = try NumpyMatrix(FilePath(folder.path("h.npy")))
        var row: [Float] = [0, 0]
        for (place, bits) in bits.enumerated() {
            let isUsable = row.withUnsafeMutableBufferPointer { buffer in
                buffer.baseAddress.map { matrix.copy(row: place, to: $0) } ?? false
            }
            // Beside a one, a number is its quotient with it, whatever their length.
            let ratio = row[0] / row[1]
            let fraction = Float(bits & 1023)
            let exponent = Int(bits >> 10 & 31)
            let isSubnormal = exponent == 0
            let scale = Float(sign: .plus, exponent: (isSubnormal ? 1 : exponent) - 25, significand: 1)
            let magnitude = (isSubnormal ? fraction : 1024 + fraction) * scale
            let expected = bits & 0x8000 == 0 ? magnitude : -magnitude
            #expect(isUsable && abs(ratio - expected) <= abs(expected) * 1e-6)
        }
    }
}
