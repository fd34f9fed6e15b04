import Testing

@testable import CaptionerTensorCore

/// What is read of the machine in the system's files.
@Suite struct MachineTests {
    @Test(
        arguments: [
            ("processor\t: 0\nvendor_id\t: X\nmodel\t\t: 17\nmodel name\t: AMD EPYC 9R14\n", "AMD EPYC 9R14"),
            (
                "processor\t: 0\nBogoMIPS\t: 243.75\n\nHardware\t: BCM2711\nModel\t\t: Raspberry Pi 4: B\n",
                "Raspberry Pi 4: B"
            ),
            ("model name\t:\nmodel name\t: second\n", "second"),
            ("processor: 0\n", nil), ("", nil), (":::\n\u{0}", nil), ("model name", nil),
        ] as [(String, String?)])
    func theProcessorsName(text: String, expected: String?) {
        #expect(Machine.processorName(inList: text) == expected)
    }

    @Test(
        arguments: [
            ("MemTotal:       24684096 kB\nMemFree: 1 kB\n", 25_276_514_304), ("MemTotal: -5 kB\n", nil),
            ("MemTotal: 9223372036854775807 kB\n", nil), ("MemTotal: 5 MB", nil), ("MemTotal:\n", nil), ("", nil),
            ("SwapMemTotal: 5 kB\nMemTotal: 7 kB", 7168),
        ] as [(String, Int?)])
    func theMemory(text: String, expected: Int?) {
        #expect(Machine.memory("MemTotal", in: text) == expected)
    }

    /// Whatever machine this is.
    @Test func nothingTraps() {
        #expect(!Machine.architecture.isEmpty)
        _ = (Machine.processorName, Machine.memory, Machine.availableMemory)
        let count = ProcessorCount.ofProcess
        #expect(count.machine >= 1 && count.usable >= 1)
        #if arch(x86_64)
            #expect(!MatrixKernelSet.features.isEmpty)
        #endif
        #expect((try? MatrixKernelSet.blasDescription()) != "")
    }
}
