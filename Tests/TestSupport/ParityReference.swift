import CaptionerCheckpoints
public import Foundation

/// What transformers makes of one checkpoint: `Tests/Fixtures/reference/NAME.json` and `.safetensors`.
public struct ParityReference: Decodable, Sendable {
    /// One way of captioning.
    public struct Run: Decodable, Sendable {
        public struct Caption: Decodable, Sendable {
            public let picture: String
            public let tokenIDs: [Int]
            public let text: String

            enum CodingKeys: String, CodingKey {
                case picture, text
                case tokenIDs = "token_ids"
            }
        }

        public let prompt: String?
        public let promptIDs: [Int]
        public let maxNewTokens: Int
        public let minNewTokens: Int
        public let captions: [Caption]

        enum CodingKeys: String, CodingKey {
            case prompt, captions
            case promptIDs = "prompt_ids"
            case maxNewTokens = "max_new_tokens"
            case minNewTokens = "min_new_tokens"
        }
    }

    /// The checkpoint's folder, below the package's.
    public let checkpoint: String
    /// Images whose activations are stored.
    public let stagePictures: [String]
    /// Of the float32 values, little endian, [3, S, S].
    public let pixelValueHashes: [String: String]
    public let runs: [Run]

    enum CodingKeys: String, CodingKey {
        case checkpoint, runs
        case stagePictures = "stage_pictures"
        case pixelValueHashes = "pixel_values_sha256"
    }

    public init(_ name: String) throws {
        let file = Fixtures.folder.appendingPathComponent("reference/\(name).json")
        self = try JSONDecoder().decode(ParityReference.self, from: Data(contentsOf: file))
    }

    public var model: URL { Fixtures.package.appendingPathComponent(checkpoint) }
}

/// The tensors of a safetensors file, read as plain arrays.
public struct StoredTensors: Sendable {
    private let data: Data
    private let tensors: [String: TensorDescription]

    public init(_ file: URL) throws {
        data = try Data(contentsOf: file)
        tensors = Dictionary(uniqueKeysWithValues: try SafetensorsFile(file).tensors.map { ($0.name, $0) })
    }

    public var names: [String] { tensors.keys.sorted() }

    public func shape(_ name: String) -> [Int]? { tensors[name]?.shape }

    /// The numbers of a float32 tensor; none if there is no such tensor.
    public func floats(_ name: String) -> [Float] { values(name) }

    /// The numbers of an int64 tensor; none if there is no such tensor.
    public func integers(_ name: String) -> [Int64] { values(name) }

    private func values<Value: BitwiseCopyable>(_ name: String) -> [Value] {
        guard let range = tensors[name]?.byteRange else { return [] }
        return data[range].withUnsafeBytes { bytes in
            (0..<(bytes.count / MemoryLayout<Value>.stride)).map {
                bytes.loadUnaligned(fromByteOffset: $0 * MemoryLayout<Value>.stride, as: Value.self)
            }
        }
    }
}
