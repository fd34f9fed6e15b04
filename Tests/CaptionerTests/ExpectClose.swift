import TestSupport
import Testing

/// Expects a tensor to be that of the reference, up to a share of the reference's largest magnitude, which is what
/// rounding scales with.
func expectClose(
    _ found: StoredTensors, _ name: String, _ expected: StoredTensors, _ expectedName: String, tolerance: Float
) {
    let (values, reference) = (found.floats(name), expected.floats(expectedName))
    let magnitude = reference.map(abs).max() ?? 0
    let difference = zip(values, reference).map { abs($0 - $1) }.max() ?? .infinity
    #expect(values.count == reference.count && !reference.isEmpty, "\(expectedName)")
    #expect(found.shape(name) == expected.shape(expectedName), "\(expectedName)")
    #expect(difference <= tolerance * magnitude, "\(expectedName): \(difference) of \(magnitude)")
}
