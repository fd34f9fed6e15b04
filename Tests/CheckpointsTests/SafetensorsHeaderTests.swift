import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerCheckpoints

/// What is said of a safetensors file that is broken, and that nothing worse happens.
struct SafetensorsHeaderTests {
    private static let path = "/folder/model.safetensors"

    private func header(_ content: [UInt8]) throws(CheckpointError) -> SafetensorsHeader {
        // A copy of the exact size, so that reading beyond the end has a chance to be noticed.
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: content.count, alignment: 8)
        defer { copy.deallocate() }
        copy.copyBytes(from: content)
        return try SafetensorsHeader(file: FilePath(Self.path), bytes: UnsafeRawBufferPointer(copy))
    }

    private func cause(_ content: [UInt8]) throws -> String {
        let error = try #require(throws: CheckpointError.self) { try header(content) }
        guard case .malformed(Self.path, let cause) = error else {
            Issue.record("unexpected \(error)")
            return ""
        }
        #expect(error.description == "\(Self.path) is malformed: \(cause)")
        return cause
    }

    @Test func reportsWhatIsWrongWithTheFile() throws {
        #expect(try cause([1, 2, 3]) == "it has 3 bytes, which is less than the length of a header takes")
        let length = withUnsafeBytes(of: UInt64(100_000_001).littleEndian) { Array($0) }
        #expect(try cause(length) == "its header claims 100000001 bytes; at most 100000000 are allowed")
        #expect(
            try cause(Array(repeating: 0xFF, count: 9))
                == "its header claims 18446744073709551615 bytes; at most 100000000 are allowed")
        #expect(try cause(safetensors("{}").dropLast()) == "its header claims 2 bytes, but only 1 follow")
        #expect(try cause(safetensors("[]")) == "its header is an array, not an object")
        #expect(
            try cause(safetensors("{} {}"))
                == "its header cannot be read: unexpected characters after the end at byte 3")
        #expect(
            try cause(safetensors([0x7B, 0x22, 0xFF, 0x22]))
                == "its header cannot be read: not UTF-8 (0xFF) at byte 2")
        #expect(try cause(safetensors("{}", data: [0])) == "1 bytes follow the last tensor")
        #expect(try cause(safetensors(#"{"__metadata__":1}"#)) == "__metadata__ is 1, not an object")
        #expect(
            try cause(safetensors(#"{"__metadata__":{"format":null}}"#))
                == "\"format\" of __metadata__ is null, not a string")
    }

    @Test(
        arguments: [
            (#"{"a":[]}"#, #"tensor "a" is an array, not an object"#),
            (#"{"a":{"shape":[],"data_offsets":[0,4]}}"#, #"tensor "a" has no dtype"#),
            (#"{"a":{"dtype":"F32","data_offsets":[0,4]}}"#, #"tensor "a" has no shape"#),
            (#"{"a":{"dtype":"F32","shape":[]}}"#, #"tensor "a" has no data_offsets"#),
            (#"{"a":{"dtype":1,"shape":[],"data_offsets":[0,4]}}"#, #"the dtype of tensor "a" is not a string"#),
            (#"{"a":{"dtype":"Q4","shape":[],"data_offsets":[0,4]}}"#, #"tensor "a" has the unknown dtype "Q4""#),
            (#"{"a":{"dtype":"F32","shape":1,"data_offsets":[0,4]}}"#, #"the shape of tensor "a" is 1, not an array"#),
            (
                #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#,
                #"the shape of tensor "a" contains -1, which is no size"#
            ),
            (
                #"{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,4]}}"#,
                #"the shape of tensor "a" contains 9223372036854775808, which is no size"#
            ),
            (
                #"{"a":{"dtype":"F32","shape":[],"data_offsets":[0]}}"#,
                #"the data_offsets of tensor "a" are 1 numbers, not 2"#
            ),
            (
                #"{"a":{"dtype":"F32","shape":[],"data_offsets":[4,0]}}"#,
                #"tensor "a" ends at byte 0, before it starts at byte 4"#
            ),
            (
                #"{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}"#,
                #"the size of tensor "a", F32 [4294967296, 4294967296], is no number of bytes that can be had"#
            ),
            (
                #"{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}"#,
                #"the size of tensor "a", F4 [3], is no number of bytes that can be had"#
            ),
            (
                #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
                #"tensor "a" has 4 bytes, but F32 [2] takes 8"#
            ),
            (
                #"{"a":{"dtype":"U8","shape":[0],"data_offsets":[9223372036854775807,9223372036854775807]}}"#,
                #"the data_offsets of tensor "a" are too large"#
            ),
            (
                #"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[],"data_offsets":[4,8]}}"#,
                #"its header cannot be read: the key "a" appears more than once at byte 53"#
            ),
            (
                #"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[],"data_offsets":[2,6]}}"#,
                #"tensor "b" overlaps the tensor in front of it"#
            ),
            (
                #"{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[],"data_offsets":[6,10]}}"#,
                #"there is a hole of 2 bytes in front of tensor "b""#
            ),
        ])
    func reportsWhatIsWrongWithATensor(header: String, cause expected: String) throws {
        #expect(try cause(safetensors(header, data: Array(repeating: 0, count: 8))) == expected)
    }

    @Test func everyTruncationIsAnError() throws {
        let whole = safetensors(
            #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F16","shape":[3],"data_offsets":[8,14]}}"#,
            data: Array(repeating: 0, count: 14))
        #expect(try header(whole).tensors.count == 2)
        for count in 0..<whole.count {
            #expect(try !cause(Array(whole.prefix(count))).isEmpty)
        }
        let offset = whole.count - 14
        #expect(
            try cause(whole.dropLast())
                == "it ends at byte \(offset + 13), but tensor \"b\" at byte \(offset + 14); is it cut off?")
    }

    @Test func noMutationDoesHarm() throws {
        let whole = safetensors(
            #"{"__metadata__":{"k":"v\n\u00e9"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}"#,
            data: Array(repeating: 0, count: 8))
        var random = SplitMix64(seed: 7)
        var accepted = 0
        for _ in 0..<5000 {
            var mutated = whole
            for _ in 0..<Int(random.next() % 3) + 1 {
                let position = Int(random.next() % UInt64(mutated.count))
                switch random.next() % 3 {
                case 0: mutated[position] = UInt8(truncatingIfNeeded: random.next() >> 8)
                case 1: mutated.insert(mutated[Int(random.next() % UInt64(mutated.count))], at: position)
                default: mutated.remove(at: position)
                }
            }
            guard let header = try? header(mutated) else { continue }
            accepted += 1
            for tensor in header.tensors {
                #expect(tensor.byteRange.upperBound <= mutated.count)
                #expect(tensor.dataType.byteCount(shape: tensor.shape) == tensor.byteRange.count)
            }
        }
        #expect((1..<2500).contains(accepted), "most mutations are noticed, but not those of a name or of the data")
    }

    @Test func aThousandTensorsAreRead() throws {
        let entries = (0..<1248).map {
            #""layers.\#($0).weight":{"dtype":"F32","shape":[1],"data_offsets":[\#($0 * 4),\#($0 * 4 + 4)]}"#
        }
        let header = try header(
            safetensors("{\(entries.joined(separator: ","))}", data: Array(repeating: 0, count: 1248 * 4)))
        #expect(header.tensors.count == 1248)
        #expect(header.tensors.last?.name == "layers.1247.weight")
    }
}
