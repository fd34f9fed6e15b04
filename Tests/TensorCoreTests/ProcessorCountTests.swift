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
        #expect(ProcessorCount.usable(processors: processors, quota: quota) == expected)
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
        #expect(CPUQuota.ofProcess { files[$0] } == expected)
    }
}
