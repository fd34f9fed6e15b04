/// How many processors' worth of time the control groups of Linux grant a process.
enum CPUQuota {
    /// The least of what the groups grant that a process is in, nil if none of them sets a limit.
    ///
    /// - Parameter read: a file's contents, nil where there is no such file.
    static func ofProcess(read: (_ path: String) -> String?) -> Double? {
        guard let groups = read("/proc/self/cgroup") else { return nil }
        return groups.split(separator: "\n").compactMap { quota(of: $0, read: read) }.min()
    }

    /// - Parameter line: `0::/a/b` for the one hierarchy of version 2, or such as `4:cpu,cpuacct:/a/b` for one of
    ///   version 1.
    private static func quota(of line: Substring, read: (String) -> String?) -> Double? {
        let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        let controllers = parts[1].split(separator: ",")
        let isUnified = parts[0] == "0" && controllers.isEmpty
        guard isUnified || controllers.contains("cpu") else { return nil }
        let roots = isUnified ? ["", "/unified"] : ["/\(parts[1])", "/cpu"]
        return roots.flatMap { root in
            folders(on: parts[2]).compactMap { folder in
                let path = "/sys/fs/cgroup\(root)\(folder)/cpu"
                guard isUnified else {
                    return quota(quota: read("\(path).cfs_quota_us"), period: read("\(path).cfs_period_us"))
                }
                return read("\(path).max").flatMap(quota(ofMax:))
            }
        }.min()
    }

    /// A group's folder and those above it, whose limits hold as well, the root "" being the last. In a container the
    /// path may be that of the machine outside, of which only the root is seen.
    private static func folders(on path: Substring) -> [String] {
        var names = path.split(separator: "/")
        // A group outside of what this process may see.
        if names.contains("..") { names = [] }
        return (0...names.count).reversed().map { names.prefix($0).map { "/\($0)" }.joined() }
    }

    /// From `QUOTA PERIOD`, microseconds both, or `max PERIOD`.
    private static func quota(ofMax text: String) -> Double? {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        return quota(quota: words.first, period: words.count > 1 ? words[1] : "100000")
    }

    private static func quota(quota: String?, period: String?) -> Double? {
        func microseconds(_ text: String?) -> Double? {
            text.flatMap { Int($0.filter { !$0.isWhitespace }) }.map(Double.init)
        }
        // -1, and "max", stand for no limit.
        guard let quota = microseconds(quota), let period = microseconds(period), quota > 0, period > 0 else {
            return nil
        }
        return quota / period
    }
}
