import CaptionerFiles
import Foundation
import SystemPackage

@testable import CaptionerDataSets

/// Folders of embeddings: numpy's files, and the lines that say of which images they are. The first byte of an input says
/// which of the two it is.
enum EmbeddingFuzzing {
    private static let folder = ScratchFolder()
    private static let images = ["a.png", "/b/c.png", "d/e.png"]

    static func run(_ input: [UInt8]) {
        guard let kind = input.first else { return }
        let bytes = Array(input.dropFirst())
        switch kind {
        case UInt8(ascii: "n"):
            read(bytes)
            // Hardly any change to a header would keep its length and that of the numbers right.
            if let consistent = consistent(bytes) { read(consistent) }
        case UInt8(ascii: "m"): match(bytes)
        default: break
        }
    }

    private static func read(_ file: [UInt8]) {
        folder.write(file, as: "numbers/img_emb/img_emb_0.npy")
        let path = FilePath(folder.url.appendingPathComponent("numbers").path)
        guard let embeddings = try? EmbeddingFolder(path), embeddings.count > 0 else { return }
        let width = embeddings.width
        finding(unless: embeddings.count * width * 2 <= file.count, "\(embeddings.count) rows of \(width)")
        var row = [Float](repeating: 0, count: width)
        row.withUnsafeMutableBufferPointer { row in
            guard let target = row.baseAddress else { return }
            for place in 0..<embeddings.count where embeddings.copy(row: place, to: target) {
                let length = row.reduce(0) { $0 + Double($1) * Double($1) }
                finding(unless: abs(length - 1) < 1e-3, "a row of length \(length.squareRoot())")
            }
        }
    }

    /// A file with the header of `input`, its length put right, and as many numbers as its shape speaks of.
    private static func consistent(_ input: [UInt8]) -> [UInt8]? {
        guard input.count > 12, let end = input[10...].firstIndex(of: UInt8(ascii: "}")) else { return nil }
        let header = input[10...end]
        let text = String(decoding: header, as: UTF8.self)
        let sizes = text.split { !$0.isASCII || !$0.isNumber }.suffix(2).compactMap { Int($0) }
        guard sizes.count == 2 else { return nil }
        let (count, overflows) = sizes[0].multipliedReportingOverflow(by: sizes[1])
        guard !overflows, (0...1 << 12).contains(count), header.count < 1 << 16 else { return nil }
        let numbers = input[(end + 1)...].prefix(count * (text.contains("f2") ? 2 : 4))
        let padding = [UInt8](repeating: 0x3C, count: count * (text.contains("f2") ? 2 : 4) - numbers.count)
        return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.count & 255), UInt8(header.count >> 8)] + header
            + numbers + padding
    }

    /// Lines beside three embeddings.
    private static func match(_ lines: [UInt8]) {
        let header = "{'descr': '<f2', 'fortran_order': False, 'shape': (3, 1), }\n"
        let file: [UInt8] =
            [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
            + [0, 0x3C, 0, 0x3C, 0, 0x3C]
        folder.write(file, as: "lines/img_emb/img_emb_0.npy")
        folder.write(lines, as: "lines/metadata/metadata_0.jsonl")
        let path = FilePath(folder.url.appendingPathComponent("lines").path)
        guard let embeddings = try? EmbeddingFolder(path) else { fatalError("the fuzzer's own embeddings") }
        do {
            var embedded = try EmbeddedImages(embeddings, of: "set.jsonl")
            for image in images { try embedded.add([image]) }
            try embedded.finish()
            finding(unless: embedded.failedCount == 0, "all embeddings belong to images, and not all images have one")
        } catch {
            finding(unless: !"\(error)".isEmpty, "an error without a message")
        }
    }
}
