import Testing

@testable import CaptionerTensorCore

/// How many processors a process may use, from what the system says of its control groups.
@Suite struct ProcessorCountTests {
    @Test func thereIsOneAtLeast() { #expect(ProcessorCount.available >= 1) }

    @Test(
        arguments: [
            (4, nil, 4), (4, 8, 4), (4, 2, 2), (4, 1.5, 2), (4, 0.01, 1), (0, nil, 1), (4, 1e300, 4), (4, .infinity, 4),
        ] as [(Int, Double?, Int)])
    func aPartOfAProcessorCountsAsOne(processors: Int, quota: Double?, expected: Int) {
        #expect(ProcessorCount(machine: 8, allowed: processors, quota: quota).usable == expected)
    }

    /// The least limit of a group and those above it holds, in both versions.
    @Test(
        arguments: [
            ([:], nil),
            (["/proc/self/cgroup": "0::/\n"], nil),
            (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "150000 100000\n"], 1.5),
            (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "max 100000\n"], nil),
            (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "50000\n"], 0.5),
            (["/proc/self/cgroup": "0::/a/b\n", "/sys/fs/cgroup/a/b/cpu.max": "300000 100000\n"], 3),
            (
                [
                    "/proc/self/cgroup": "0::/a/b/c\n", "/sys/fs/cgroup/a/b/c/cpu.max": "max 100000\n",
                    "/sys/fs/cgroup/a/b/cpu.max": "400000 100000\n", "/sys/fs/cgroup/a/cpu.max": "100000 50000\n",
                ], 2
            ),
            (["/proc/self/cgroup": "0::/../other\n", "/sys/fs/cgroup/cpu.max": "700000 100000\n"], 7),
            (["/proc/self/cgroup": "0::/a:b\n", "/sys/fs/cgroup/a:b/cpu.max": "200000 100000"], 2),
            (
                [
                    "/proc/self/cgroup": "1:cpu:/\n0::/\n", "/sys/fs/cgroup/unified/cpu.max": "500000 100000",
                    "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n", "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
                ], 5
            ),
            (
                [
                    "/proc/self/cgroup": "9:memory:/docker/1\n4:cpu,cpuacct:/docker/1\n0::/docker/1\n",
                    "/sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_quota_us": "250000\n",
                    "/sys/fs/cgroup/cpu,cpuacct/docker/1/cpu.cfs_period_us": "100000\n",
                ], 2.5
            ),
            (
                [
                    "/proc/self/cgroup": "4:cpuacct,cpu:/docker/1\n", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "300000\n",
                    "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
                ], 3
            ),
            (
                [
                    "/proc/self/cgroup": "2:cpuacct:/\n3:cpuset:/\n\n::\nnonsense\n0:\n",
                    "/sys/fs/cgroup/cpu.max": "100000 100000",
                ], nil
            ),
            (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "9999999999999999999999 100000"], nil),
            (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "100000 0"], nil),
            (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "0 100000"], nil),
            (["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": ""], nil),
        ] as [([String: String], Double?)])
    func theLeastLimitHolds(files: [String: String], expected: Double?) {
        #expect(ControlGroups { files[$0] }.processorQuota == expected)
    }

    /// What `/proc/self/mountinfo` shows counts, wherever it is and whatever part of the hierarchy it is.
    @Test(
        arguments: [
            // A container that sees its own group at the usual place, by a path of the machine outside.
            ("/docker/1 /sys/fs/cgroup", "0::/docker/1/job\n", "/sys/fs/cgroup/job/cpu.max", 2),
            ("/docker/1 /sys/fs/cgroup", "0::/docker/1\n", "/sys/fs/cgroup/cpu.max", 2),
            // Not below what is seen: its end looks like it.
            ("/docker/1 /sys/fs/cgroup", "0::/docker/12\n", "/sys/fs/cgroup/2/cpu.max", nil),
            ("/docker/1 /sys/fs/cgroup", "0::/docker/12\n", "/sys/fs/cgroup/cpu.max", 2),
            ("/ /my\\040groups", "0::/a\n", "/my groups/a/cpu.max", 2),
            ("/ /elsewhere", "0::/a\n", "/sys/fs/cgroup/a/cpu.max", nil),
            ("/ /g", "0::/\u{301}a/b\n", "/g/\u{301}a/cpu.max", 2),
        ] as [(String, String, String, Double?)])
    func limitsAreReadWhereGroupsAreMounted(mount: String, groups: String, file: String, expected: Double?) {
        let files = [
            "/proc/self/cgroup": groups, file: "200000 100000\n",
            "/proc/self/mountinfo": """
            22 1 0:5 / /proc rw - proc proc rw
            nonsense - cgroup2
            23 1 0:6 \(mount) rw,nosuid shared:4 - cgroup2 none rw

            """,
        ]
        #expect(ControlGroups { files[$0] }.processorQuota == expected)
    }

    /// Controllers of version 1 beside version 2, each with a hierarchy of its own.
    @Test func bothVersionsAtOnce() {
        var files = [
            "/proc/self/cgroup": "4:memory:/m/n\n1:cpu,cpuacct:/c\n0::/u\n",
            "/proc/self/mountinfo": """
            32 31 0:29 / /g/cpu rw - cgroup cgroup rw,cpu,cpuacct
            35 31 0:32 / /g/mem rw - cgroup cgroup rw,memory
            41 31 0:38 / /g/unified rw - cgroup2 cgroup2 rw

            """,
            "/g/cpu/c/cpu.cfs_quota_us": "300000\n", "/g/cpu/c/cpu.cfs_period_us": "100000\n",
            "/g/unified/u/cpu.max": "400000 100000\n", "/g/mem/m/n/memory.limit_in_bytes": "9223372036854771712\n",
            // Of another group, and of another hierarchy.
            "/g/mem/x/memory.limit_in_bytes": "1000\n", "/g/cpu/memory.limit_in_bytes": "1000\n",
        ]
        #expect(ControlGroups { files[$0] }.processorQuota == 3)
        #expect(ControlGroups { files[$0] }.memoryLimit == nil)
        files["/g/unified/cpu.max"] = "250000 100000\n"
        #expect(ControlGroups { files[$0] }.processorQuota == 2.5)
        files["/g/mem/m/memory.limit_in_bytes"] = "8589934592\n"
        #expect(ControlGroups { files[$0] }.memoryLimit == 8_589_934_592)
        files["/g/unified/u/memory.max"] = "4294967296\n"
        #expect(ControlGroups { files[$0] }.memoryLimit == 4_294_967_296)
    }

    @Test(
        arguments: [
            ("max\n", nil), ("1073741824\n", 1_073_741_824), ("0\n", nil), ("-1", nil), ("", nil),
            ("99999999999999999999", nil), ("lots", nil),
        ] as [(String, Int?)])
    func aLimitOfMemoryIsANumberOfBytes(text: String, expected: Int?) {
        let files = ["/proc/self/cgroup": "0::/a\n", "/sys/fs/cgroup/a/memory.max": text]
        #expect(ControlGroups { files[$0] }.memoryLimit == expected)
    }
}
