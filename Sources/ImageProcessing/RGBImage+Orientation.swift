extension RGBImage {
    /// The image as Pillow's `ImageOps.mirror` and `ImageOps.flip` make it.
    package func mirrored(horizontally: Bool, vertically: Bool) -> RGBImage {
        switch (horizontally, vertically) {
        case (false, false): self
        case (true, false): oriented(.topRight)
        case (false, true): oriented(.bottomLeft)
        case (true, true): oriented(.bottomRight)
        }
    }

    /// The image upright, its pixels lying as `orientation` says.
    func oriented(_ orientation: EXIFOrientation) -> RGBImage {
        guard orientation != .topLeft else { return self }
        let (width, height) = (width, height)
        let (rowStep, columnStep, origin): (Int, Int, Int) =
            // Where a step down and a step right in the result lead in the source, and where its first pixel is.
            switch orientation {
            case .topLeft: (width, 1, 0)
            case .topRight: (width, -1, width - 1)
            case .bottomRight: (-width, -1, width * height - 1)
            case .bottomLeft: (-width, 1, width * (height - 1))
            case .leftTop: (1, width, 0)
            case .rightTop: (1, -width, width * (height - 1))
            case .rightBottom: (-1, -width, width * height - 1)
            case .leftBottom: (-1, width, width - 1)
            }
        let turnedWidth = orientation.swapsAxes ? height : width
        let turnedHeight = orientation.swapsAxes ? width : height
        let turned = [UInt8](unsafeUninitializedCapacity: bytes.count) { target, initializedCount in
            bytes.withUnsafeBufferPointer { source in
                var targetOffset = 0
                for row in 0..<turnedHeight {
                    var sourceOffset = (origin &+ row &* rowStep) &* 3
                    for _ in 0..<turnedWidth {
                        target[targetOffset] = source[sourceOffset]
                        target[targetOffset &+ 1] = source[sourceOffset &+ 1]
                        target[targetOffset &+ 2] = source[sourceOffset &+ 2]
                        targetOffset &+= 3
                        sourceOffset &+= columnStep &* 3
                    }
                }
            }
            initializedCount = bytes.count
        }
        let turnedAlpha = alpha.map { alpha in
            (0..<turnedHeight).flatMap { row in
                (0..<turnedWidth).map { alpha[origin + row * rowStep + $0 * columnStep] }
            }
        }
        return RGBImage(
            decodedWidth: turnedWidth, height: turnedHeight, bytes: turned, alpha: turnedAlpha, note: note,
            isTruncated: isTruncated)
    }
}
