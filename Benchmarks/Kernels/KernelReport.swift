import CaptionerTensorCore
import Foundation

/// All figures of a run, and what they were taken on.
struct KernelReport: Codable {
    let date: String
    let processor: String
    let threads: Int
    let rounds: Int
    let library: String
    /// What the machine gives, by what: operations of each precision in billions, bytes read in billions, a second.
    var roofs: [String: Double] = [:]
    var layers: [LinearFigure] = []
    var zeros: [ZerosFigure] = []
    var operations: [OperationFigure] = []

    init(threads: Int, rounds: Int) {
        date = Date.now.formatted(.iso8601)
        processor = Self.processorName
        self.threads = threads
        self.rounds = rounds
        library = MatrixKernelSet.portable.title()
    }

    private static var processorName: String {
        let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
        let name = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
        return name.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
    }

    func write(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: URL(filePath: path))
    }
}
