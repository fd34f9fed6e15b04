/// The control groups of Linux that a process is in, of version 1, version 2 or both at once, and what they limit.
///
/// The limits of a group hold for the groups in it, too, so the least counts of a process's own group and of all above it
/// as far as they can be seen. What is missing or makes no sense sets no limit.
package struct ControlGroups {
    /// The contents of a file, nil where there is none.
    private let read: (_ path: String) -> String?
    private let memberships: [Membership]
    private let mounts: [ControlGroupMount]

    /// - Parameter read: gives the contents of a file, nil where there is none.
    package init(read: @escaping (_ path: String) -> String?) {
        self.read = read
        func lines(_ path: String) -> [Substring] { read(path).map { Substring($0).split(at: "\n") } ?? [] }
        memberships = lines("/proc/self/cgroup").compactMap(Membership.init)
        mounts = memberships.isEmpty ? [] : lines("/proc/self/mountinfo").compactMap(ControlGroupMount.init)
    }

    /// How many processors' worth of time the groups grant; nil for no limit.
    package var processorQuota: Double? {
        folders(of: "cpu").compactMap { folder, version in
            switch version {
            case .one: quota(read("\(folder)/cpu.cfs_quota_us"), period: read("\(folder)/cpu.cfs_period_us"))
            case .two: read("\(folder)/cpu.max").flatMap(quota(ofMax:))
            }
        }.min()
    }

    /// How many bytes of memory the groups grant; nil for no limit.
    package var memoryLimit: Int? {
        folders(of: "memory").compactMap { folder, version in
            let text = read("\(folder)/memory.\(version == .one ? "limit_in_bytes" : "max")")
            guard let limit = Self.number(text), limit > 0 else { return nil }
            // No limit of version 1 is the largest number of whole pages.
            return limit < 1 << 60 ? limit : nil
        }.min()
    }

    enum Version {
        case one
        case two
    }

    /// A line of `/proc/self/cgroup`: `0::/a/b` for the one hierarchy of version 2, or such as `4:cpu,cpuacct:/a/b` for
    /// one of version 1.
    private struct Membership {
        let version: Version
        let controllers: Substring
        let path: Substring

        init?(_ line: Substring) {
            let parts = line.split(at: ":", atMost: 2, keepsEmpty: true)
            guard parts.count == 3 else { return nil }
            (controllers, path) = (parts[1], parts[2])
            version = parts[0] == "0" && controllers.isEmpty ? .two : .one
        }

        func has(_ controller: String) -> Bool {
            version == .two || controllers.split(at: ",").contains { $0 == controller }
        }
    }

    /// The folders of the groups whose limits hold, those of the process's own groups first.
    private func folders(of controller: String) -> [(path: String, version: Version)] {
        memberships.filter { $0.has(controller) }.flatMap { membership in
            let mounts = mounts.filter { $0.shows(controller, membership.version) }
            let folders =
                mounts.isEmpty
                ? usualFolders(of: controller, membership)
                : mounts.flatMap { mount in
                    Self.levels(mount.path(of: membership.path)).map { mount.point + $0 }
                }
            return folders.map { ($0, membership.version) }
        }
    }

    /// Where systems have the hierarchies if they do not report it.
    private func usualFolders(of controller: String, _ membership: Membership) -> [String] {
        let roots =
            switch membership.version {
            case .one: ["/\(membership.controllers)", "/\(controller)"]
            case .two: ["", "/unified"]
            }
        return roots.flatMap { root in Self.levels(membership.path).map { "/sys/fs/cgroup\(root)\($0)" } }
    }

    /// A group's path and those above it, the root "" being the last. In a container the path may be that of the machine
    /// outside, of which only the root is seen.
    private static func levels(_ path: Substring) -> [String] {
        var names = path.split(at: "/")
        // A group outside of what this process may see.
        if names.contains("..") { names = [] }
        return (0...names.count).reversed().map { names.prefix($0).map { "/\($0)" }.joined() }
    }

    /// From `QUOTA PERIOD`, microseconds both, or `max PERIOD`.
    private func quota(ofMax text: String) -> Double? {
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        return quota(words.first, period: words.count > 1 ? words[1] : "100000")
    }

    private func quota(_ quota: String?, period: String?) -> Double? {
        // -1, and "max", mean no limit.
        guard let quota = Self.number(quota), let period = Self.number(period), quota > 0, period > 0 else {
            return nil
        }
        return Double(quota) / Double(period)
    }

    private static func number(_ text: String?) -> Int? { text.flatMap { Int($0.filter { !$0.isWhitespace }) } }
}

/// A line of `/proc/self/mountinfo` about a hierarchy of control groups.
private struct ControlGroupMount {
    let version: ControlGroups.Version
    let controllers: [Substring]
    /// Where the hierarchy, or a part of it, is seen.
    let point: String
    /// Which group is seen there.
    let root: Substring

    /// - Parameter line: `36 25 0:31 ROOT POINT OPTIONS [FIELDS...] - TYPE SOURCE OPTIONS`.
    init?(_ line: Substring) {
        let words = line.split(at: " ")
        guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count > dash + 3 else { return nil }
        switch words[dash + 1] {
        case "cgroup": version = .one
        case "cgroup2": version = .two
        default: return nil
        }
        controllers = words[dash + 3].split(at: ",")
        root = words[3]
        let point = Self.unescaped(words[4])
        self.point = point == "/" ? "" : point
    }

    func shows(_ controller: String, _ version: ControlGroups.Version) -> Bool {
        self.version == version && (version == .two || controllers.contains { $0 == controller })
    }

    /// The path of a group below this mount. One that is not below its root is left as it is.
    func path(of group: Substring) -> Substring {
        guard root != "/", group.utf8.starts(with: root.utf8) else { return group }
        let rest = group.utf8.dropFirst(root.utf8.count)
        return rest.isEmpty || rest.first == UInt8(ascii: "/") ? Substring(rest) : group
    }

    /// Spaces and the like are three octal digits after a backslash.
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            guard byte == UInt8(ascii: "\\"), digits.count == 3,
                let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            else {
                bytes.append(byte)
                continue
            }
            bytes.append(code)
            rest = rest.dropFirst(3)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Substring {
    /// The parts between bytes. A character may be more than its first byte: a slash and an accent are one.
    fileprivate func split(at byte: Unicode.Scalar, atMost count: Int = .max, keepsEmpty: Bool = false) -> [Substring] {
        utf8.split(separator: UInt8(ascii: byte), maxSplits: count, omittingEmptySubsequences: !keepsEmpty)
            .map { Substring($0) }
    }
}
