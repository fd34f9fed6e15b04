import CaptionerTensorCore
import Foundation
import TestSupport
import Testing

@testable import CaptionerCheckpoints

/// Embeddings that are converted row by row have the bits of a table that is converted whole.
struct EmbeddingTableTests {
    private static let shape = [9, 5]
    private static var count: Int { shape.reduce(1, *) }
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Bits of every kind of number: random ones, and zeros, subnormal numbers, infinities and NaN of either sign.
    private static func stored(_ type: String) -> [UInt8] {
        var random = SplitMix64(seed: 3)
        if type == "F32" {
            let special: [UInt32] = [0, 1, 0x007F_FFFF, 0x7F80_0000, 0x7FC0_0001, 0x7F80_0001]
            let all = special + special.map { $0 | 1 << 31 }
            return bytes((0..<count).map { $0 < all.count ? all[$0] : UInt32(truncatingIfNeeded: random.next()) })
        }
        let special: [UInt16] =
            type == "F16" ? [0, 1, 0x03FF, 0x7C00, 0x7E01, 0x7C01] : [0, 1, 0x007F, 0x7F80, 0x7FC1, 0x7F81]
        let all = special + special.map { $0 | 1 << 15 }
        return bytes((0..<count).map { $0 < all.count ? all[$0] : UInt16(truncatingIfNeeded: random.next()) })
    }

    /// A checkpoint with the table, after `padding` bytes that leave it at an uneven place.
    private func checkpoint(_ type: String, padding: Int = 0) throws -> Checkpoint {
        let data = Self.stored(type)
        let header =
            "{\"before\":{\"dtype\":\"U8\",\"shape\":[\(padding)],\"data_offsets\":[0,\(padding)]},"
            + "\"e.weight\":{\"dtype\":\"\(type)\",\"shape\":\(Self.shape),\"data_offsets\":[\(padding),\(padding + data.count)]}}"
        try folder.write(
            safetensors(header, data: [UInt8](repeating: 7, count: padding) + data),
            as: "\(type)-\(padding)/model.safetensors")
        return try Checkpoint(folder: folder.url.appending(path: "\(type)-\(padding)"))
    }

    private func row(_ id: Int, of table: EmbeddingTable) -> [UInt32] {
        [Float](unsafeUninitializedCapacity: table.width) { buffer, count in
            if let target = buffer.baseAddress { table.copy(id, into: target) }
            count = table.width
        }.map(\.bitPattern)
    }

    @Test(arguments: ["F32", "F16", "BF16"], [0, 1, 2, 3])
    func rowsHaveTheBitsOfTheWhole(type: String, padding: Int) throws {
        let checkpoint = try checkpoint(type, padding: padding)
        let whole = values(of: try checkpoint.weights()["e"].parameter("weight", shape: Self.shape)).map(\.bitPattern)
        let weights = checkpoint.weights()
        let table = weights["e"].embeddingTable("weight", shape: Self.shape)
        try weights.validate()
        #expect(table.rowCount == Self.shape[0] && table.width == Self.shape[1])
        // In no order, and more than once.
        for id in [8, 0, 3, 3, 1, 7, 2, 4, 6, 5, 0, 8] {
            #expect(row(id, of: table) == Array(whole[(id * 5)..<(id * 5 + 5)]), "row \(id)")
        }
        #expect(Set(whole).count > 40)
    }

    /// What is written is a row, and nothing around it.
    @Test(arguments: ["F32", "F16", "BF16"]) func nothingElseIsWritten(type: String) throws {
        let table = try checkpoint(type).weights()["e"].embeddingTable("weight", shape: Self.shape)
        var target = [Float](repeating: 77, count: 3 * table.width)
        target.withUnsafeMutableBufferPointer { buffer in
            if let start = buffer.baseAddress { table.copy(4, into: start + table.width) }
        }
        #expect(target[..<table.width].allSatisfy { $0 == 77 } && target[(2 * table.width)...].allSatisfy { $0 == 77 })
        #expect(target[table.width..<(2 * table.width)].map(\.bitPattern) == row(4, of: table))
    }

    @Test func severalThreadsMayRead() async throws {
        let checkpoint = try checkpoint("BF16")
        let table = checkpoint.weights()["e"].embeddingTable("weight", shape: Self.shape)
        let whole = values(of: try checkpoint.weights()["e"].parameter("weight", shape: Self.shape)).map(\.bitPattern)
        let equal = await withTaskGroup(of: Bool.self) { group in
            for start in 0..<8 {
                group.addTask {
                    (0..<500).allSatisfy { step in
                        let id = (start + step) % 9
                        return row(id, of: table) == Array(whole[(id * 5)..<(id * 5 + 5)])
                    }
                }
            }
            return await group.allSatisfy { $0 }
        }
        #expect(equal)
    }

    @Test func aTableOutlivesTheCheckpointAndItsFile() throws {
        let expected = row(8, of: try checkpoint("F16").weights()["e"].embeddingTable("weight", shape: Self.shape))
        let other = try TemporaryFolder()
        try other.copy(folder.url.appending(path: "F16-0"), as: "model")
        let table = try Checkpoint(folder: other.url.appending(path: "model")).weights()["e"]
            .embeddingTable("weight", shape: Self.shape)
        try FileManager.default.removeItem(at: other.url)
        #expect(row(8, of: table) == expected)
    }

    /// As of parameters: zeros in its place, and the problem with all others in one error.
    @Test func whatCannotBeATableIsReported() throws {
        let header = "{\"e.weight\":{\"dtype\":\"I32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}"
        try folder.write(
            safetensors(header, data: [UInt8](repeating: 1, count: 24)), as: "integers/model.safetensors")
        let integers = try Checkpoint(folder: folder.url.appending(path: "integers"))
        for (checkpoint, name, shape, part) in [
            (try checkpoint("F32"), "weight", [9, 4], "e.weight"), (try checkpoint("F32"), "other", [9, 5], "e.other"),
            (try checkpoint("F32"), "weight", [5, 9], "e.weight"), (integers, "weight", [2, 3], "e.weight"),
        ] {
            let weights = checkpoint.weights()
            let table = weights["e"].embeddingTable(name, shape: shape)
            #expect([table.rowCount, table.width] == shape)
            #expect((0..<shape[0]).allSatisfy { row($0, of: table).allSatisfy { $0 == 0 } })
            let error = #expect(throws: CheckpointError.self) { try weights.validate() }
            #expect(error.map { "\($0)".contains(part) } == true)
        }
    }

    /// Looking at a checkpoint without reading it makes a table of zeros, which counts as asked for.
    @Test func withoutReadingThereAreZeros() throws {
        let weights = try checkpoint("BF16").weights(reading: false)
        let table = weights["e"].embeddingTable("weight", shape: Self.shape)
        #expect(row(8, of: table) == [0, 0, 0, 0, 0])
        let report = weights.report()
        #expect(report.parameterCount == Self.count && report.tensorCounts == [.bfloat16: 1])
        #expect(report.unused == ["before"] && report.isComplete)
    }

    /// A packed checkpoint keeps a table as it is stored.
    @Test(arguments: ["F32", "F16", "BF16"]) func packingKeepsEveryBit(type: String) throws {
        let checkpoint = try checkpoint(type)
        let plan = PrecisionPlan(.int8)
        let weights = checkpoint.weights(reading: false, precisions: plan)
        let table = checkpoint.weights()["e"].embeddingTable("weight", shape: Self.shape)
        _ = weights["e"].embeddingTable("weight", shape: Self.shape)
        let target = folder.url.appending(path: "packed-\(type)")
        _ = try CheckpointPacker(
            checkpoint, weights: weights, packing: Packing(plan: plan, source: "tiny", maker: "a test")
        ).write(to: target, copying: [])
        let packed = try Checkpoint(folder: target)
        let dataType: [String: DataType] = ["F32": .float32, "F16": .float16, "BF16": .bfloat16]
        #expect(packed.tensors.first { $0.name == "e.weight" }?.dataType == dataType[type])
        let again = packed.weights()["e"].embeddingTable("weight", shape: Self.shape)
        for id in 0..<Self.shape[0] { #expect(row(id, of: again) == row(id, of: table), "row \(id)") }
    }

    /// Callers check ids; a row that there is not is never read from memory that is something else's.
    @Test(.timeLimit(.minutes(5))) func aRowThatThereIsNotEndsTheProcess() async {
        await #expect(processExitsWith: .failure) { EmbeddingTableTests.readRow(2) }
        await #expect(processExitsWith: .failure) { EmbeddingTableTests.readRow(-1) }
        await #expect(processExitsWith: .success) { EmbeddingTableTests.readRow(1) }
    }

    static func readRow(_ id: Int) {
        let numbers = [Float](repeating: 1, count: 64)
        let table = EmbeddingTable(rowCount: 2, width: 3) { row, target in
            for place in target.indices { target[place] = numbers[(8 + row) * 3 + place] }
        }
        let target = UnsafeMutablePointer<Float>.allocate(capacity: 3)
        defer { target.deallocate() }
        table.copy(id, into: target)
    }
}
