import CaptionerIntrinsics
import Foundation

/// How many processors this process may use: those that it may run on, and no more than its control groups grant time of.
///
/// A container or a batch job often gets a part of a machine. With a thread for each processor of the whole machine the
/// threads of a loop would wait for each other.
package enum ProcessorCount {
    /// Found out once, at least 1.
    package static let available = usable(
        processors: allowedProcessors ?? ProcessInfo.processInfo.activeProcessorCount,
        quota: CPUQuota.ofProcess { try? String(contentsOfFile: $0, encoding: .utf8) })

    /// - Parameters:
    ///   - processors: those that the process may run on.
    ///   - quota: processors' worth of time that it gets, nil for no limit. A part of one counts as one.
    static func usable(processors: Int, quota: Double?) -> Int {
        let limit = quota.flatMap { Int(exactly: $0.rounded(.up)) } ?? processors
        return max(1, min(processors, limit))
    }

    /// The processors that the system lets this thread, and those that it starts, run on; nil where it does not tell.
    private static var allowedProcessors: Int? {
        #if os(Linux)
            // The system refuses a set that has no room for all processors that there may be. glibc's has for 1024.
            var wordCount = 1024 / UInt.bitWidth
            while wordCount <= 1 << 16 {
                var words = [UInt](repeating: 0, count: wordCount)
                let byteCount = words.withUnsafeMutableBytes { captioner_get_affinity($0.baseAddress, UInt($0.count)) }
                if byteCount > 0 { return words.map(\.nonzeroBitCount).reduce(0, +) }
                guard errno == EINVAL else { return nil }
                wordCount *= 2
            }
        #endif
        return nil
    }
}
