import CaptionerTensorCore
import Testing

@Suite struct CellAttentionTests {
    @Test(arguments: MatrixKernelSet.supported, [(1, 1, 1, 5), (2, 3, 2, 33), (1, 2, 8, 80), (1, 4, 10, 17)])
    func equalsScalarAttention(
        kernels: MatrixKernelSet, sizes: (batch: Int, grid: Int, cell: Int, channels: Int)
    ) throws {
        let (batch, grid, cell, channels) = sizes
        let side = grid * cell
        var numbers = Numbers(seed: 41)
        let map = numbers.next(batch * side * side * channels)
        let q = numbers.next(batch * grid * grid * channels)
        let (weight, bias) = (numbers.next(channels), numbers.next(channels))
        let norm = LayerNorm(
            weight: try parameter(weight, [channels]), bias: try parameter(bias, [channels]), epsilon: 1e-5)

        func normalized(_ image: Int, _ row: Int, _ column: Int) -> [Float] {
            let start = ((image * side + row) * side + column) * channels
            let pixel = map[start..<(start + channels)].map(Double.init)
            let mean = pixel.reduce(0, +) / Double(channels)
            let variance = pixel.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(channels)
            return (0..<channels).map {
                Float((pixel[$0] - mean) / (variance + 1e-5).squareRoot() * Double(weight[$0]) + Double(bias[$0]))
            }
        }
        var expected: [Double] = []
        for task in 0..<(batch * grid * grid) {
            let (image, place) = task.quotientAndRemainder(dividingBy: grid * grid)
            let pixels = (0..<(cell * cell)).map {
                normalized(image, place / grid * cell + $0 / cell, place % grid * cell + $0 % cell)
            }
            let query = Array(q[(task * channels)..<((task + 1) * channels)])
            expected +=
                referenceAttention(queries: [query], keys: pixels, values: pixels, scale: 0.7) { _ in
                    pixels.count
                }[0]
        }
        let results = [1, 3].map { threads in
            let context = ComputeContext(threadCount: threads, kernels: kernels)
            let queries = Tensor(q, shape: [batch, grid * grid, channels], in: context)
            return cellAttention(
                queries, gridSize: grid, cellSize: cell, normalizedBy: norm, scale: 0.7, in: context
            ) { image, row, column, target in
                let start = ((image * side + row) * side + column) * channels
                for channel in 0..<channels { target[channel] = map[start + channel] }
            }.array()
        }
        #expect(relativeError(results[0], expected) < 1e-5, "\(kernels)")
        #expect(results[0] == results[1])
    }
}
