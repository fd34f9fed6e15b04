package import CaptionerCheckpoints

/// The sizes of a ConvNeXt.
package struct ConvNeXtSizes: Sendable, Equatable {
    /// Blocks of each stage.
    package let depths: [Int]
    /// C, the channels of each stage.
    package let widths: [Int]

    /// Pixels along each side of what becomes one pixel of the first stage.
    package static let stemPatchSize = 4
    package static let layerNormEpsilon: Float = 1e-6

    /// `convnext_large` of timm.
    package static let large = ConvNeXtSizes(depths: [3, 3, 27, 3], widths: [192, 384, 768, 1536])

    package init(depths: [Int], widths: [Int]) {
        precondition(depths.count == widths.count && !depths.isEmpty, "ConvNeXtSizes: \(depths), \(widths)")
        self.depths = depths
        self.widths = widths
    }

    /// The sizes that the weights have, since no configuration says them; those of the large one where none are there.
    /// - Parameter weights: the scope that holds `vision_stages`.
    package init(of weights: WeightScope) {
        var (depths, widths): ([Int], [Int]) = ([], [])
        while depths.count < 8 {
            let blocks = weights["vision_stages", depths.count]
            guard let width = blocks["blocks", 0].shape(of: "gamma")?.first, width > 0, width <= 1 << 16 else { break }
            widths.append(width)
            depths.append((1..<1024).first { !blocks["blocks", $0].contains("gamma") } ?? 1024)
        }
        self = depths.isEmpty ? .large : ConvNeXtSizes(depths: depths, widths: widths)
    }

    /// G, pixels along each side of a stage's output.
    package func gridSize(ofStage stage: Int, imageSize: Int) -> Int { (imageSize / Self.stemPatchSize) >> stage }
}
