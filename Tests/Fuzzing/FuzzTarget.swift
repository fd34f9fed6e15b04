import Foundation
import TestSupport

/// What a fuzzer feeds, by the names that `scripts/fuzz` takes.
private enum FuzzTarget: String, CaseIterable {
    case safetensors, config, tokenizer, samples, archive, embeddings, jpeg, png, gif, bmp, webp, avif, tiff, heic

    /// The one that the environment asks for.
    static let chosen: FuzzTarget = {
        let name = ProcessInfo.processInfo.environment["CAPTIONER_FUZZ_TARGET"] ?? ""
        guard let target = FuzzTarget(rawValue: name) else {
            fatalError("CAPTIONER_FUZZ_TARGET is '\(name)', expected one of \(allCases.map(\.rawValue))")
        }
        return target
    }()

    /// Where JSON begins in an input; `nil` where there is none.
    var offsetOfJSON: Int? {
        switch self {
        case .safetensors: 8
        case .config, .tokenizer, .samples, .embeddings: 1
        case .archive, .jpeg, .png, .gif, .bmp, .webp, .avif, .tiff, .heic: nil
        }
    }

    func run(_ input: [UInt8]) {
        switch self {
        case .safetensors: SafetensorsFuzzing.run(input)
        case .config: ConfigurationFuzzing.run(input)
        case .tokenizer: TokenizerFuzzing.run(input)
        case .samples: SampleFuzzing.run(input)
        case .archive: ArchiveFuzzing.run(input)
        case .embeddings: EmbeddingFuzzing.run(input)
        case .jpeg, .gif, .bmp, .webp, .avif, .tiff, .heic: PictureFuzzing.run(input)
        case .png:
            PictureFuzzing.run(input)
            // Hardly any change to a chunk would get beyond its checksum.
            PictureFuzzing.run(PNGChecksums.corrected(input))
        }
    }
}

/// libFuzzer calls this once for each input. Whatever ends the process (a trap, a report of AddressSanitizer, an input
/// that takes too long or too much memory) is a finding.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzTarget.chosen.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

/// libFuzzer's own way to change an input.
@_silgen_name("LLVMFuzzerMutate")
private func mutate(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int) -> Int

/// libFuzzer calls this to change an input in place: half of the time JSON becomes other JSON.
@_cdecl("LLVMFuzzerCustomMutator")
public func fuzzMutate(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ limit: Int, _ seed: UInt32) -> Int {
    var generator = SplitMix64(seed: UInt64(seed))
    guard let offset = FuzzTarget.chosen.offsetOfJSON, count > offset, Bool.random(using: &generator) else {
        return mutate(bytes, count, limit)
    }
    let input = UnsafeBufferPointer(start: bytes, count: count)
    guard let json = JSONMutation.mutated(Array(input[offset...]), using: &generator), offset + json.count <= limit
    else { return mutate(bytes, count, limit) }
    (bytes + offset).update(from: json, count: json.count)
    return offset + json.count
}
