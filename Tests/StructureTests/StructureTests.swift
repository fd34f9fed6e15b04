import Foundation
import Testing

/// The rules of docs/architecture.md, read from the sources' import lines and words.
@Suite struct StructureTests {
    /// What each room may import of the others; every arrow points down.
    private static let rooms: [String: Set<String>] = [
        "caption-images": [
            "Captioner", "CaptionerDataSets", "CaptionerEvaluation", "CaptionerRecaption", "CaptionerReport",
            "CaptionerServer", "CaptionerServing",
            "CaptionerFiles", "CaptionerDemoModel", "CaptionerAllocator", "CaptionerImageProcessing",
        ],
        // The server is a part of its own in it, which only some builds have.
        "Serving": [
            "Captioner", "CaptionerDataSets", "CaptionerFiles", "CaptionerImageProcessing", "CaptionerJSON",
            "CaptionerReport", "CaptionerServing",
        ],
        // The orientation of images is a type of ImageProcessing.
        "Recaption": [
            "Captioner", "CaptionerDataSets", "CaptionerFiles", "CaptionerImageProcessing", "CaptionerJSON",
        ],
        "Report": ["CaptionerDataSets", "CaptionerFiles", "CaptionerImageProcessing", "CaptionerJSON"],
        // Neither of the two knows an engine.
        "Evaluation": ["CaptionerFiles", "CaptionerImageProcessing", "CaptionerJSON", "CaptionerZlib"],
        // How long a row of training data is depends on the tokenizer.
        "DataSets": ["CaptionerFiles", "CaptionerImageProcessing", "CaptionerJSON", "CaptionerTokenization"],
        "Captioner": [
            "CaptionerCheckpoints", "CaptionerFiles", "CaptionerGeneration", "CaptionerImageProcessing",
            "CaptionerModels", "CaptionerTensorCore", "CaptionerTokenization",
        ],
        "DemoModel": ["CaptionerFiles"],
        "Models": [
            "CaptionerCheckpoints", "CaptionerFiles", "CaptionerGeneration", "CaptionerJSON", "CaptionerTensorCore",
        ],
        "Generation": ["CaptionerTensorCore"],
        "Tokenization": ["CaptionerFiles", "CaptionerJSON"],
        "ImageProcessing": [
            "CaptionerAVIF", "CaptionerFiles", "CaptionerHEIC", "CaptionerIntrinsics", "CaptionerPNG", "CaptionerTIFF",
            "CaptionerTurboJPEG", "CaptionerWebP", "CaptionerZlib",
        ],
        "Checkpoints": ["CaptionerFiles", "CaptionerJSON", "CaptionerTensorCore"],
        "TensorCore": [
            "CaptionerIntrinsics", "CaptionerKernels", "CaptionerKernelsAMX", "CaptionerKernelsAVX2",
            "CaptionerKernelsAVX512", "CaptionerKernelsAVX512VNNI", "CaptionerKernelsAVXVNNI",
            "CaptionerKernelsDotProduct", "CaptionerKernelsI8MM", "CaptionerKernelsNEON", "CaptionerKernelsPortable",
        ],
        "Kernels": [
            "CaptionerIntrinsics", "CaptionerKernels", "CaptionerKernelsAVX2", "CaptionerKernelsAVX512",
            "CaptionerKernelsAVX512VNNI", "CaptionerKernelsNEON",
        ],
        "Files": ["CaptionerZlib"],
        "JSON": [],
        "System": [],
    ]

    private static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sources")

    /// A source: its path below Sources, and its lines that are no comments.
    private struct Source {
        let path: String
        let lines: [Substring]

        var room: String { String(path.prefix { $0 != "/" }) }

        /// Lines, each with the path, in which a pattern is found.
        func lines(with pattern: Regex<Substring>) -> [String] {
            lines.filter { $0.contains(pattern) }.map { "\(path): \($0)" }
        }
    }

    private let all: [Source]

    init() throws {
        let root = Self.sources.path
        let paths = try #require(FileManager.default.enumerator(atPath: root)).compactMap { $0 as? String }
        all = try paths.filter { $0.hasSuffix(".swift") }.sorted().map { path in
            let text = try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            return Source(path: path, lines: lines.filter { !$0.drop(while: \.isWhitespace).hasPrefix("//") })
        }
        try #require(all.count > 200)
    }

    @Test func roomsImportWhatIsBelowThem() {
        for source in all {
            guard let allowed = Self.rooms[source.room] else {
                Issue.record("\(source.path) is in no room that is known")
                continue
            }
            for line in source.lines {
                guard let match = line.firstMatch(of: /^\s*(?:(?:public|package) )?import (Captioner\w*)/) else {
                    continue
                }
                #expect(allowed.contains(String(match.output.1)), "\(source.path): \(line)")
            }
        }
    }

    @Test func thereAreAtMostEighteenRooms() throws {
        let doors = try FileManager.default.contentsOfDirectory(atPath: Self.sources.path)
        #expect(doors.count <= 18 && Set(doors) == Set(Self.rooms.keys))
    }

    /// Only the registry names families; they do not name each other, and parts that they share name none.
    @Test func familiesAreNamedByTheRegistryAlone() throws {
        let shared: Set = ["Base", "Encoders", "Decoders"]
        let models = all.filter { $0.room == "Models" }
        let folder = { (source: Source) in String(source.path.split(separator: "/")[1]) }
        let families = Set(models.map(folder)).subtracting(shared)
        try #require(!families.isEmpty)
        for family in families {
            // The name of a family may be the beginning of another's.
            let others = families.filter { $0 != family && $0.hasPrefix(family) }.map { $0.dropFirst(family.count) }
            let unless = others.isEmpty ? "" : "(?!\(others.joined(separator: "|")))"
            let name = try Regex<Substring>(#"\b\#(family)\#(unless)\w*(?:Model|Configuration)\b"#)
            for source in all where source.room != "Models" || folder(source) != family {
                guard source.path != "Models/Base/ModelRegistry.swift" else { continue }
                #expect(source.lines(with: name) == [])
            }
        }
    }

    @Test func modelsDoNotKnowPrecision() {
        for source in all where source.room == "Models" {
            #expect(source.lines(with: /Precision|bfloat16|int8/.ignoresCase().asciiOnlyWordCharacters()) == [])
        }
    }

    /// Instruction sets are named by their kernels and in one table.
    @Test func instructionSetsAreNamedInOneTable() {
        for source in all where source.room != "Kernels" && source.path != "TensorCore/InstructionSets.swift" {
            #expect(source.lines(with: /AVX|VNNI|NEON|I8MM/) == [])
        }
    }

    @Test func publicIsForTheProducts() {
        // An image of the user's own is made of this one.
        let images: Set = [
            "ImageProcessing/RGBImage.swift", "ImageProcessing/ImageOrientation.swift",
            "ImageProcessing/ImageError.swift", "ImageProcessing/PixelFormat.swift",
        ]
        for source in all
        where !["Captioner", "DemoModel", "caption-images"].contains(source.room) && !images.contains(source.path) {
            // What one module of kernels inlines of another has to be public.
            guard source.room != "Kernels" else { continue }
            #expect(source.lines(with: /\bpublic\b/) == [])
        }
        for source in all { #expect(source.lines(with: #/@_exported|\btry!|\bas!/#) == []) }
    }

    @Test func filesAreShort() throws {
        for source in all {
            let text = try String(contentsOf: Self.sources.appending(path: source.path), encoding: .utf8)
            #expect(text.utf8.count { $0 == 0x0A } <= 250, "\(source.path)")
        }
    }
}
