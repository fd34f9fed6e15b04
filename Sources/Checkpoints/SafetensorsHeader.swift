import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// The table at the start of a safetensors file: which tensors it holds and where.
///
/// The layout is 8 bytes with the length of the header (little endian), the header as a JSON object, and then the
/// elements of all tensors. What is accepted is what the `safetensors` library accepts, with one exception: a name that
/// appears twice is an error here, where the library takes the last.
struct SafetensorsHeader {
    /// The longest header that the library reads, in bytes.
    static let maximumLength = 100_000_000
    private static let prefixLength = 8

    /// The tensors in the order of their elements.
    let tensors: [TensorDescription]
    /// Free text that the writer left, by key.
    let metadata: [String: String]

    /// Reads the header from the bytes of a whole file.
    /// - Throws: `CheckpointError.malformed` when these are not the bytes of a valid file.
    init(file: FilePath, bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
        do {
            let (document, dataStart) = try Self.document(bytes)
            (tensors, metadata) = try Self.contents(document, file: file, dataStart: dataStart)
            try Self.checkCoverage(tensors, dataStart: dataStart, end: bytes.count)
        } catch {
            throw .malformed(file: file.escaped, cause: error.cause)
        }
    }

    /// Why a header is not accepted.
    private struct Rejection: Error {
        let cause: String
        init(_ cause: String) { self.cause = cause }
    }

    private static func document(_ bytes: UnsafeRawBufferPointer) throws(Rejection) -> (JSONValue, dataStart: Int) {
        guard bytes.count >= prefixLength else {
            throw Rejection("it has \(bytes.count) bytes, which is less than the length of a header takes")
        }
        let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
        // A file whose header begins as one does is damaged; any other may be something else altogether.
        if length > UInt64(maximumLength) || bytes.dropFirst(prefixLength).first != UInt8(ascii: "{"),
            let explanation = ForeignContents.explanation(bytes, expected: .safetensors)
        {
            throw Rejection(explanation)
        }
        guard length <= UInt64(maximumLength) else {
            throw Rejection("its header claims \(length) bytes; at most \(maximumLength) are allowed")
        }
        let end = prefixLength + Int(length)
        guard end <= bytes.count else {
            throw Rejection("its header claims \(length) bytes, but only \(bytes.count - prefixLength) follow")
        }
        do {
            return (try JSONParser.parse(bytes[prefixLength..<end], .strict), end)
        } catch {
            throw Rejection("its header cannot be read: \(error.cause)")
        }
    }

    private static func contents(
        _ document: JSONValue, file: FilePath, dataStart: Int
    ) throws(Rejection) -> ([TensorDescription], [String: String]) {
        guard case .object(let members) = document else {
            throw Rejection("its header is \(document.kind), not an object")
        }
        var tensors: [TensorDescription] = []
        var metadata: [String: String] = [:]
        tensors.reserveCapacity(members.count)
        for member in members {
            if member.key == "__metadata__" {
                metadata = try text(member.value)
            } else {
                tensors.append(try tensor(member, file: file, dataStart: dataStart))
            }
        }
        tensors.sort {
            ($0.byteRange.lowerBound, $0.byteRange.upperBound) < ($1.byteRange.lowerBound, $1.byteRange.upperBound)
        }
        return (tensors, metadata)
    }

    private static func text(_ value: JSONValue) throws(Rejection) -> [String: String] {
        if value == .null { return [:] }
        guard case .object(let members) = value else { throw Rejection("__metadata__ is \(value.kind), not an object") }
        var text: [String: String] = [:]
        for member in members {
            guard case .string(let content) = member.value else {
                throw Rejection("\"\(member.key)\" of __metadata__ is \(member.value.kind), not a string")
            }
            text[member.key.string] = content
        }
        return text
    }

    private static func tensor(
        _ member: JSONMember, file: FilePath, dataStart: Int
    ) throws(Rejection) -> TensorDescription {
        let name = member.key.string
        guard case .object(let fields) = member.value else {
            throw Rejection("tensor \"\(name)\" is \(member.value.kind), not an object")
        }
        func field(_ key: String) throws(Rejection) -> JSONValue {
            guard let field = fields.value(of: key) else {
                throw Rejection("tensor \"\(name)\" has no \(key)")
            }
            return field
        }
        guard case .string(let typeName) = try field("dtype") else {
            throw Rejection("the dtype of tensor \"\(name)\" is not a string")
        }
        guard let dataType = DataType(rawValue: typeName) else {
            throw Rejection("tensor \"\(name)\" has the unknown dtype \"\(typeName)\"")
        }
        let shape = try sizes(try field("shape"), of: "shape", name)
        let offsets = try sizes(try field("data_offsets"), of: "data_offsets", name)
        guard offsets.count == 2 else {
            throw Rejection("the data_offsets of tensor \"\(name)\" are \(offsets.count) numbers, not 2")
        }
        guard offsets[0] <= offsets[1] else {
            throw Rejection("tensor \"\(name)\" ends at byte \(offsets[1]), before it starts at byte \(offsets[0])")
        }
        guard let byteCount = dataType.byteCount(shape: shape) else {
            throw Rejection(
                "the size of tensor \"\(name)\", \(typeName) \(shape), is no number of bytes that can be had")
        }
        guard byteCount == offsets[1] - offsets[0] else {
            let given = offsets[1] - offsets[0]
            throw Rejection("tensor \"\(name)\" has \(given) bytes, but \(typeName) \(shape) takes \(byteCount)")
        }
        let (end, overflow) = offsets[1].addingReportingOverflow(dataStart)
        guard !overflow else { throw Rejection("the data_offsets of tensor \"\(name)\" are too large") }
        return TensorDescription(
            name: name, dataType: dataType, shape: shape, file: file, byteRange: offsets[0] + dataStart..<end)
    }

    private static func sizes(_ value: JSONValue, of field: String, _ name: String) throws(Rejection) -> [Int] {
        guard case .array(let elements) = value else {
            throw Rejection("the \(field) of tensor \"\(name)\" is \(value.kind), not an array")
        }
        var sizes: [Int] = []
        for element in elements {
            guard let size = element.size else {
                throw Rejection("the \(field) of tensor \"\(name)\" contains \(element.kind), which is no size")
            }
            sizes.append(size)
        }
        return sizes
    }

    /// Checks that the tensors, ordered by offset, follow the library's rule: together they are all that follows the
    /// header, without holes.
    private static func checkCoverage(_ tensors: [TensorDescription], dataStart: Int, end: Int) throws(Rejection) {
        var position = dataStart
        for tensor in tensors {
            let start = tensor.byteRange.lowerBound
            guard start >= position else {
                throw Rejection("tensor \"\(tensor.name)\" overlaps the tensor in front of it")
            }
            guard start == position else {
                throw Rejection("there is a hole of \(start - position) bytes in front of tensor \"\(tensor.name)\"")
            }
            position = tensor.byteRange.upperBound
            guard position <= end else {
                throw Rejection(
                    "it ends at byte \(end), but tensor \"\(tensor.name)\" at byte \(position); is it cut off?")
            }
        }
        guard position == end else {
            throw Rejection("\(end - position) bytes follow the last tensor")
        }
    }
}
