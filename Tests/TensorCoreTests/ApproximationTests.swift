import CaptionerKernels
import CaptionerTensorCore
import Foundation
import Testing

/// The exponential and both forms of GELU by every kernel set that this processor can run, against the C library in
/// double precision. The bounds are the largest errors that were found, rounded up.
@Suite struct ApproximationTests {
    /// Relative error of e^x between -87 and 0, in units of 2^-24.
    @Test(arguments: MatrixKernelSet.supported)
    func exponentialsAreWithinTwoUnits(kernels: MatrixKernelSet) {
        let x: [Float] = (0...870_000).map { -Float($0) / 10_000 }
        var powers = x
        _ = powers.withUnsafeMutableBufferPointer {
            kernels.kernels.exponentials($0.baseAddress!, count: $0.count, scale: 1)
        }
        let largest = zip(x, powers).map { x, power in abs(Double(power) / exp(Double(x)) - 1) }.max() ?? .infinity
        #expect(largest < 2 * 0x1p-24, "\(kernels): \(largest / 0x1p-24) units")
        #expect(powers[0] == 1)
    }

    /// Sums and powers do not depend on the number of scores but by their order; far below the largest nothing is left.
    @Test(arguments: MatrixKernelSet.supported, [1, 2, 7, 8, 9, 15, 16, 17, 100, 257])
    func exponentialsOfScores(kernels: MatrixKernelSet, count: Int) {
        var numbers = Numbers(seed: UInt64(count))
        let scores = numbers.next(count).map { $0 * 40 }
        var powers = scores
        let sum = powers.withUnsafeMutableBufferPointer {
            kernels.kernels.exponentials($0.baseAddress!, count: count, scale: 0.5)
        }
        let largest = Double(scores.max() ?? 0)
        let expected = scores.map { exp((Double($0) - largest) / 2) }
        #expect(relativeError(powers, expected) < 3e-7)
        #expect(abs(Double(sum) - expected.reduce(0, +)) < 1e-5 * expected.reduce(0, +))
        var far: [Float] = [0, -1e30, -.infinity]
        _ = far.withUnsafeMutableBufferPointer { kernels.kernels.exponentials($0.baseAddress!, count: 3, scale: 1) }
        #expect(far[0] == 1 && far[1] < 2e-38 && far[2] < 2e-38)
    }

    /// cap · tanh(scale · x / cap), by the C library's tanh and bit for bit as the scalar reference has it.
    @Test(arguments: MatrixKernelSet.supported)
    func softCaps(kernels: MatrixKernelSet) {
        let x: [Float] = (-120_000...120_000).map { Float($0) / 10_000 } + [-1e30, -0.0, 1e-30, 1e30]
        func capped(_ values: [Float], scale: Float, cap: Float) -> [Float] {
            var values = values
            values.withUnsafeMutableBufferPointer {
                kernels.kernels.softCap($0.baseAddress!, count: $0.count, scale: scale, cap: cap)
            }
            return values
        }
        let found = capped(x, scale: 1, cap: 1)
        let errors = zip(x, found).map { x, found in
            abs(Double(found) - tanh(Double(x))) / max(abs(tanh(Double(x))), 1e-300)
        }
        #expect((errors.max() ?? 1) < 6 * 0x1p-24, "\(kernels): \((errors.max() ?? 1) / 0x1p-24) units")
        let other = capped(x, scale: 0.3, cap: 5)
        #expect(other.bits == x.map { kernels.arithmetic.softCapped($0, scale: 0.3, cap: 5) }.bits)
        let far = capped([.infinity, -.infinity, .nan], scale: 2, cap: 3)
        #expect(abs(far[0] - 3) < 1e-5 && abs(far[1] + 3) < 1e-5 && far[2].isNaN)
    }

    @Test(arguments: MatrixKernelSet.supported)
    func exactGELU(kernels: MatrixKernelSet) {
        let x: [Float] = (-140_000...140_000).map { Float($0) / 10_000 } + [-1e30, -100, -0.0, 1e-30, 100, 1e30]
        let found = finished(x, kernels, activation: .gelu)
        let errors = zip(x, found).map { x, found in
            let expected = referenceGELU(Double(x))
            // Below some 1e-37 the tail is cut off.
            return max(abs(Double(found) - expected) - 1e-36, 0) / max(abs(expected), 1e-300)
        }
        #expect((errors.max() ?? 1) < 4e-6, "\(kernels): \(errors.max() ?? 1)")
        #expect(finished([.infinity, .nan], kernels, activation: .gelu).bits == [Float.infinity, .nan].bits)
    }

    /// The form for weights of bfloat16.
    @Test(arguments: [true, false])
    func roughPowerOfTwo(isFused: Bool) {
        let arithmetic = ScalarArithmetic(lanes: 8, isFused: isFused)
        let x: [Float] = (0...1_250_000).map { -Float($0) / 10_000 }
        let errors = x.map { abs(Double(arithmetic.roughPowerOfTwo($0)) / exp2(Double($0)) - 1) }
        #expect((errors.max() ?? 1) < 1.1e-4, "\(errors.max() ?? 1)")
        #expect(arithmetic.roughPowerOfTwo(0) == 1 && arithmetic.roughPowerOfTwo(.nan).isNaN)
        for x: Float in [-125, -126, -1e30, -.infinity] { #expect(arithmetic.roughPowerOfTwo(x) == 0x1p-125) }
    }

    /// The form that follows products in reduced precision, of the function that is largest beside its exponent.
    @Test(arguments: [true, false])
    func roughSigmoidProduct(isFused: Bool) {
        func product(_ x: Double) -> Double { x < 0 ? x * exp(x) / (1 + exp(x)) : x / (1 + exp(-x)) }
        let arithmetic = ScalarArithmetic(lanes: 8, isFused: isFused)
        let inside: [Float] = (-120_000...120_000).map { Float($0) / 10_000 }
        let errors = inside.map { abs(Double(arithmetic.roughSigmoidProduct($0, $0)) - product(Double($0))) }
        #expect((errors.max() ?? 1) < 6e-5, "\(errors.max() ?? 1)")
        let outside: [Float] = (120_000...400_000).map { Float($0) / 10_000 } + [100, 1000, 1e30]
        let ratios = (outside + outside.map { -$0 }).map { x in
            abs(Double(arithmetic.roughSigmoidProduct(x, x)) - product(Double(x))) / Double(abs(x))
        }
        #expect((ratios.max() ?? 1) < 1e-5, "\(ratios.max() ?? 1)")
        #expect(arithmetic.roughSigmoidProduct(.nan, .nan).isNaN)
        #expect(arithmetic.roughSigmoidProduct(.infinity, .infinity) == .infinity)
    }

    /// The form that follows products in reduced precision.
    @Test(arguments: [true, false])
    func roughGELU(isFused: Bool) {
        let arithmetic = ScalarArithmetic(lanes: 8, isFused: isFused)
        let inside: [Float] = (-45_000...45_000).map { Float($0) / 10_000 }
        let errors = inside.map { abs(Double(arithmetic.roughGaussianErrorLinearUnit($0)) - referenceGELU(Double($0))) }
        #expect((errors.max() ?? 1) < 6e-5, "\(errors.max() ?? 1)")
        let outside: [Float] = (45_000...140_000).map { Float($0) / 10_000 } + [100, 1000, 1e30]
        let ratios = (outside + outside.map { -$0 }).map { x in
            abs(Double(arithmetic.roughGaussianErrorLinearUnit(x)) - referenceGELU(Double(x))) / Double(abs(x))
        }
        #expect((ratios.max() ?? 1) < 1e-5, "\(ratios.max() ?? 1)")
        #expect(arithmetic.roughGaussianErrorLinearUnit(.nan).isNaN)
    }

    /// x σ(x), x σ(1.702 x) and the approximation of GELU by a hyperbolic tangent.
    @Test(arguments: MatrixKernelSet.supported)
    func activationsWithALogisticFunction(kernels: MatrixKernelSet) {
        func product(_ x: Double, _ t: Double) -> Double { t < 0 ? x * exp(t) / (1 + exp(t)) : x / (1 + exp(-t)) }
        let functions: [(PanelBlock.Activation, (Double) -> Double)] = [
            (.silu, { $0 }), (.quickGELU, { Double(Float(1.702)) * $0 }),
            (.tanhGELU, { 2 * (2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0) }),
        ]
        let x: [Float] = (-140_000...140_000).map { Float($0) / 10_000 } + [-1e30, -100, -0.0, 1e-30, 100, 1e30]
        for (activation, exponent) in functions {
            let errors = zip(x, finished(x, kernels, activation: activation)).map { x, found in
                let exponent = exponent(Double(x))
                let expected = product(Double(x), exponent)
                // The exponent's rounding counts as many times as it is large. Below e^-87 the power stays where it is.
                let units = 6 + 4 * min(abs(exponent), 87)
                return max(abs(Double(found) - expected) - abs(Double(x)) * 2e-38, 0)
                    / (units * 0x1p-24 * max(abs(expected), 1e-300))
            }
            #expect((errors.max() ?? 2) < 1, "\(kernels), \(activation): \(errors.max() ?? 2)")
            let special = finished([.infinity, .nan, 0], kernels, activation: activation)
            #expect(special.bits == [Float.infinity, .nan, 0].bits, "\(kernels), \(activation)")
        }
    }

    @Test(arguments: MatrixKernelSet.supported)
    func biasAndReLU(kernels: MatrixKernelSet) {
        var numbers = Numbers(seed: 3)
        for count in [1, 7, 8, 9, 16, 17, 100] {
            let (x, bias) = (numbers.next(count), numbers.next(count))
            let found = finished(x, kernels, bias: bias, activation: .relu)
            #expect(found == zip(x, bias).map { max($0 + $1, 0) })
        }
        #expect(finished([.infinity, .nan, -1], kernels, activation: .relu).bits == [Float.infinity, .nan, 0].bits)
    }

    private func finished(
        _ x: [Float], _ kernels: MatrixKernelSet, bias: [Float]? = nil, activation: PanelBlock.Activation
    ) -> [Float] {
        let (row, bias) = (KernelMemory(x), bias.map { KernelMemory($0) })
        withExtendedLifetime((row, bias)) {
            kernels.kernels.finish(row.pointer(), count: x.count, bias: bias?.pointer(), activation: activation)
        }
        return row.floats
    }
}
