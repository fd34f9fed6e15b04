import CaptionerImageProcessing
import CaptionerTensorCore
import Foundation

/// Times what is no linear layer, at the sizes of BLIP-2 opt-2.7b.
struct OperationBenchmark {
    let kernels: MatrixKernelSet
    let context: ComputeContext
    let rounds: Int

    /// All of them, by one set of kernels.
    func measure() throws -> [OperationFigure] {
        let (images, tokens, width, heads) = (8, 257, 1408, 16)
        let hidden = Tensor(
            (0..<(images * tokens * width)).map { Float($0 % 1013) / 1013 - 0.5 }, shape: [images * tokens, width],
            in: context)
        let ones = try Parameter(shape: [width]) { $0.update(repeating: 1) }
        let norm = LayerNorm(weight: ones, bias: ones, epsilon: 1e-6)
        let inner = Tensor(
            (0..<(tokens * 6144)).map { Float($0 % 997) / 100 - 5 }, shape: [tokens, 6144], in: context)
        let scores = Tensor(
            (0..<(heads * tokens * tokens)).map { Float($0 % 991) / 100 }, shape: [heads * tokens, tokens], in: context)
        let sizes = AttentionSizes(.longSequences, headCount: heads, headSize: 88)
        let positions = 44
        let cache = KeyValueCache(sizes: AttentionSizes(.cache, headCount: 32, headSize: 80))
        for number in 0..<32 {
            cache.addPrefix(number, positions: positions, in: context)
            cache.reserveSuffix(number, positions: 1, limit: 1, in: context)
        }
        let past = Projection(rows: 32 * positions, columns: 3 * 2560, isNarrow: false, in: context)
        _ = cache.attend(
            past, spans: (0..<32).map { SequenceSpan(.prefix($0), start: 0, count: positions) },
            in: context)
        let step = Projection(rows: 32, columns: 3 * 2560, isNarrow: false, in: context)
        let spans = (0..<32).map {
            SequenceSpan(.suffix(slot: $0, prefix: $0, count: positions), start: 0, count: 1)
        }
        var figures: [OperationFigure] = []
        func add(_ name: String, _ unit: String, amount: Double, repetitions: Int = 1, _ body: () -> Void) {
            body()
            let speeds = (0..<rounds).map { _ in
                amount * Double(repetitions) / Kernels.seconds { for _ in 0..<repetitions { body() } }
            }
            figures.append(
                OperationFigure(operation: name, kernels: kernels.name, speed: median(speeds), unit: unit))
        }
        add("layer norm, 2056 x 1408", "GB/s", amount: Double(hidden.count) * 8e-9, repetitions: 4) {
            norm.apply(to: hidden, in: context)
        }
        add("softmax but for the division, 4112 x 257", "GB/s", amount: Double(scores.count) * 8e-9, repetitions: 8) {
            scores.replaceByExponentials(scale: 0.1, in: context)
        }
        add("GELU, exact, 257 x 6144", "GB/s", amount: Double(inner.count) * 8e-9, repetitions: 4) {
            inner.apply(.gelu, in: context)
        }
        for isNarrow in [false, true] {
            let projected = Projection(rows: images * tokens, columns: 3 * width, isNarrow: isNarrow, in: context)
            add(
                "attention of an image, 257 x 257 x 88, 16 heads, \(isNarrow ? "bf16" : "f32")", "GFLOP/s",
                amount: Double(images) * 4 * Double(tokens * tokens * width) * 1e-9
            ) {
                _ = selfAttention(projected, batch: images, sizes: sizes, in: context)
            }
        }
        add(
            "attention of 32 new tokens over 45 positions, 32 heads of 80", "GB/s",
            amount: 32 * Double(positions + 1) * 2560 * 8e-9, repetitions: 8
        ) {
            _ = cache.attend(step, spans: spans, in: context)
        }
        return figures
    }

    /// Reading images: one thread, whatever the kernels.
    static func pictures(rounds: Int, files: [URL]) throws -> [OperationFigure] {
        let decoder = ImageDecoder()
        var configuration = ImageProcessorConfiguration()
        configuration.size = ImageSize(height: 224, width: 224)
        let processor = try ImageProcessor(configuration)
        var figures: [OperationFigure] = []
        for file in files {
            let data = try Data(contentsOf: file)
            let image = try decoder.decode(data)
            let name = "\(file.pathExtension) of \(image.width) x \(image.height)"
            var speeds: ([Double], [Double]) = ([], [])
            for _ in 0..<rounds {
                speeds.0.append(try 10 / Kernels.seconds { for _ in 0..<10 { _ = try decoder.decode(data) } })
                speeds.1.append(10 / Kernels.seconds { for _ in 0..<10 { _ = processor(image) } })
            }
            figures.append(
                OperationFigure(operation: "decode \(name)", kernels: "", speed: median(speeds.0), unit: "images/s"))
            figures.append(
                OperationFigure(
                    operation: "resize and normalise \(name)", kernels: "", speed: median(speeds.1), unit: "images/s"))
        }
        return figures
    }
}

/// What came out for one operation.
struct OperationFigure: Codable {
    let operation: String
    let kernels: String
    let speed: Double
    /// Bytes read and written, operations or images, per second.
    let unit: String

    var line: String {
        "| \(operation) | \(kernels) | \(String(format: speed < 10 ? "%.1f" : "%.0f", speed)) | \(unit) |"
    }
}
