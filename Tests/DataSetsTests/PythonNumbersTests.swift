import CaptionerDataSets
import Testing

@Suite struct PythonNumbersTests {
    /// Python's `repr` of floats.
    @Test(arguments: [
        (0.1, "0.1"), (1, "1.0"), (-0.0, "-0.0"), (1e16, "1e+16"), (12345678901234568, "1.2345678901234568e+16"),
        (9007199254740992, "9007199254740992.0"), (1e-4, "0.0001"), (1e-5, "1e-05"), (1.5e300, "1.5e+300"),
        (.leastNonzeroMagnitude, "5e-324"), (-2e16, "-2e+16"),
    ])
    func floatsAsPythonWritesThem(number: Double, text: String) {
        #expect(number.pythonRepresentation == text)
    }
}
