import Foundation

/// What the system says about the machine.
package enum Machine {
    /// The name of the processor; nil where the system does not report it.
    package static var processorName: String? {
        #if os(Linux)
            return contents("/proc/cpuinfo").flatMap(processorName(inList:))
        #else
            var size = 0
            guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0, size > 1 else { return nil }
            var name = [UInt8](repeating: 0, count: size)
            guard sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0) == 0 else { return nil }
            return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
        #endif
    }

    /// What programs are compiled for here.
    package static var architecture: String {
        #if arch(x86_64)
            "x86_64"
        #elseif arch(arm64)
            "arm64"
        #else
            "another architecture"
        #endif
    }

    /// The machine's memory in bytes; nil where the system does not report it.
    package static var memory: Int? {
        #if os(Linux)
            return contents("/proc/meminfo").flatMap { memory("MemTotal", in: $0) }
        #else
            return Int(exactly: ProcessInfo.processInfo.physicalMemory)
        #endif
    }

    /// The memory that programs can have without others being paged out, in bytes; nil where the system does not report it.
    package static var availableMemory: Int? {
        #if os(Linux)
            return contents("/proc/meminfo").flatMap { memory("MemAvailable", in: $0) }
        #else
            return nil
        #endif
    }

    /// From `/proc/cpuinfo`. Processors other than x86 have other fields, or none.
    static func processorName(inList text: String) -> String? {
        for key in ["model name", "cpu model", "uarch", "Model", "cpu"] {
            for line in text.split(whereSeparator: \.isNewline) {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, parts[0].trimmingCharacters(in: .whitespaces) == key else { continue }
                let name = parts[1].trimmingCharacters(in: .whitespaces)
                if !name.isEmpty { return name }
            }
        }
        return nil
    }

    /// From `/proc/meminfo`: `MemTotal:       24684096 kB`.
    static func memory(_ name: String, in text: String) -> Int? {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            guard words.count == 3, words[0] == "\(name):", words[2] == "kB", let count = Int(words[1]), count >= 0
            else { continue }
            let (bytes, isTooMuch) = count.multipliedReportingOverflow(by: 1024)
            return isTooMuch ? nil : bytes
        }
        return nil
    }

    private static func contents(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }
}

extension MatrixKernelSet {
    /// Name, version and kernels of the BLAS library that the portable kernels call; nil where this build has none.
    /// - Throws: `TensorError.unusableBLAS`.
    package static func blasDescription() throws(TensorError) -> String? {
        guard BLAS.isInBuild else { return nil }
        try BLAS.prepare()
        return BLAS.description
    }
}
