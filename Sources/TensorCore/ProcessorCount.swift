import CaptionerIntrinsics
import Foundation

/// How many processors this process may use: those that it may run on, and no more than its control groups grant time of.
///
/// A container or a batch job often gets a part of a machine. With a thread for each processor of the whole machine the
/// threads of a loop would wait for each other.
package struct ProcessorCount: Sendable {
    /// Those of the machine that are switched on.
    package let machine: Int
    /// Those of them that the process may run on.
    package let allowed: Int
    /// How many processors' worth of time it gets; nil for no limit.
    package let quota: Double?

    package init(machine: Int, allowed: Int, quota: Double?) {
        (self.machine, self.allowed, self.quota) = (machine, allowed, quota)
    }

    /// At least 1. A part of a processor's time counts as one.
    package var usable: Int {
        let limit = quota.flatMap { Int(exactly: $0.rounded(.up)) } ?? allowed
        return max(1, min(allowed, limit))
    }

    /// That of this process, found out once.
    package static let ofProcess = ProcessorCount(
        machine: machineCount, allowed: affinity ?? ProcessInfo.processInfo.activeProcessorCount,
        quota: ControlGroups.ofProcess.processorQuota)

    /// How many this process may use, at least 1.
    package static var available: Int { ofProcess.usable }

    private static var machineCount: Int {
        let count = sysconf(Int32(_SC_NPROCESSORS_ONLN))
        return count > 0 ? count : ProcessInfo.processInfo.activeProcessorCount
    }

    /// The processors that the system lets this thread, and those that it starts, run on; nil where it does not report them.
    private static var affinity: Int? {
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

extension ControlGroups {
    /// Those of this process, as they are now.
    package static var ofProcess: ControlGroups {
        ControlGroups { path in FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } }
    }
}
