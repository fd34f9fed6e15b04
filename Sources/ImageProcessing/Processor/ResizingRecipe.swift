/// How an image of any size becomes one of the size that a model takes. Scaling is Pillow's.
package struct ResizingRecipe: Sendable, Equatable {
    /// What an image that is no square is put into the middle of, before anything else: a square of this colour, red, green
    /// and blue. Of an odd number of rows or columns that are missing, one more comes below or to the right. This is
    /// `expand2square` of LLaVA and Mini-Gemini.
    package var squareColor: [UInt8]?
    package var fitting: Fitting
    package var filter = ResamplingFilter.bicubic

    package enum Fitting: Sendable, Equatable {
        /// The image keeps its size.
        case none
        /// It is scaled to a size, its aspect ratio not kept.
        case stretch(ImageSize)
        /// It is scaled so that its shorter edge has `shortestEdge` pixels, the longer one rounded down as in transformers, and
        /// the middle is cut out. Where the scaled image is smaller than the crop, it gets black edges.
        case crop(ImageSize, shortestEdge: Int, rounding: CropRounding)
        /// It is scaled so that all of it fits into a size, and gets edges of a colour, red, green and blue: as open_clip's
        /// `longest`.
        case pad(ImageSize, color: [UInt8])
    }

    /// Where a crop begins if as many rows or columns are left on both sides as can be, and their number is odd.
    package enum CropRounding: Sendable, Equatable {
        /// Half of them, rounded down: as transformers.
        case down
        /// Half of them, rounded half to even: as torchvision, and with it open_clip.
        case halfToEven
    }

    package init(_ fitting: Fitting, filter: ResamplingFilter = .bicubic, squareColor: [UInt8]? = nil) {
        self.fitting = fitting
        self.filter = filter
        self.squareColor = squareColor
    }

    /// The size that an image comes out with.
    package func size(of image: RGBImage) -> ImageSize {
        switch fitting {
        case .stretch(let size), .crop(let size, _, _), .pad(let size, _): return size
        case .none:
            let edge = max(image.height, image.width)
            return squareColor == nil ? image.size : ImageSize(height: edge, width: edge)
        }
    }

    /// The image in its new size.
    package func callAsFunction(_ original: RGBImage) -> RGBImage {
        let image = squareColor.map { original.paddedToSquare($0) } ?? original
        switch fitting {
        case .none: return image
        case .stretch(let size): return image.resized(width: size.width, height: size.height, filter: filter)
        case .crop(let crop, let edge, let rounding):
            let short = min(image.height, image.width)
            // No less than the edge, and of an image with extreme proportions far more than would fit into memory: what
            // is not in the crop is not computed.
            let scaled = ImageSize(
                height: Int(Double(edge * image.height) / Double(short)),
                width: Int(Double(edge * image.width) / Double(short)))
            let (top, left) = (
                rounding.offset(of: crop.height, in: scaled.height), rounding.offset(of: crop.width, in: scaled.width)
            )
            let rows = max(top, 0)..<min(top + crop.height, scaled.height)
            let columns = max(left, 0)..<min(left + crop.width, scaled.width)
            return image.resized(to: scaled, rows: rows, columns: columns, filter: filter)
                .placed(in: crop, top: max(-top, 0), left: max(-left, 0), color: [0, 0, 0])
        case .pad(let canvas, let color):
            let ratio = max(
                Double(image.height) / Double(canvas.height), Double(image.width) / Double(canvas.width))
            func scaled(_ edge: Int, atMost limit: Int) -> Int {
                min(max(Int((Double(edge) / ratio).rounded(.toNearestOrEven)), 1), limit)
            }
            let size = ImageSize(
                height: scaled(image.height, atMost: canvas.height), width: scaled(image.width, atMost: canvas.width))
            return image.resized(width: size.width, height: size.height, filter: filter)
                .placed(
                    in: canvas, top: (canvas.height - size.height) / 2, left: (canvas.width - size.width) / 2,
                    color: color)
        }
    }
}

extension ResizingRecipe.CropRounding {
    /// Where a crop begins; negative where the image is smaller.
    fileprivate func offset(of crop: Int, in edge: Int) -> Int {
        let rest = edge - crop
        switch self {
        // Half of what is missing is rounded up.
        case .down: return rest >> 1
        // Half of what is missing is rounded down.
        case .halfToEven: return rest < 0 ? -(-rest / 2) : Int((Double(rest) / 2).rounded(.toNearestOrEven))
        }
    }
}

extension RGBImage {
    fileprivate func paddedToSquare(_ color: [UInt8]) -> RGBImage {
        let edge = max(width, height)
        return placed(
            in: ImageSize(height: edge, width: edge), top: (edge - height) / 2, left: (edge - width) / 2, color: color)
    }

    /// The image in a larger one of a colour.
    fileprivate func placed(in canvas: ImageSize, top: Int, left: Int, color: [UInt8]) -> RGBImage {
        guard canvas != size else { return self }
        var samples = [UInt8]()
        samples.reserveCapacity(canvas.height * canvas.width * 3)
        func fill(_ count: Int) { for _ in 0..<count { samples += color } }
        fill(top * canvas.width)
        for row in 0..<height {
            fill(left)
            samples += bytes[row * width * 3..<(row + 1) * width * 3]
            fill(canvas.width - left - width)
        }
        fill((canvas.height - top - height) * canvas.width)
        return RGBImage(
            decodedWidth: canvas.width, height: canvas.height, bytes: samples, note: note, isTruncated: isTruncated)
    }
}
