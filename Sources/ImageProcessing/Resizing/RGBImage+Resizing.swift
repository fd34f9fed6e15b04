extension RGBImage {
    /// The image scaled with a filter of Pillow's, bit for bit as `Image.resize((width, height), BICUBIC)` of
    /// Pillow up to 12.1: first along rows, rounded to 8 bits, then along columns. A size that stays is not touched.
    /// - Parameters: sizes of at least 1, and the filter.
    package func resized(
        width newWidth: Int, height newHeight: Int, filter: ResamplingFilter = .bicubic
    ) -> RGBImage {
        resized(
            to: ImageSize(height: newHeight, width: newWidth), rows: 0..<newHeight, columns: 0..<newWidth,
            filter: filter)
    }

    /// A part of the scaled image, without the rest being computed.
    /// - Parameters:
    ///   - size: of the whole, at least 1 x 1.
    ///   - rows: of the scaled image, at least one.
    ///   - columns: likewise.
    func resized(to size: ImageSize, rows: Range<Int>, columns: Range<Int>, filter: ResamplingFilter) -> RGBImage {
        precondition(size.width > 0 && size.height > 0, "expected positive sizes, found \(size.width) x \(size.height)")
        precondition(!rows.isEmpty && !columns.isEmpty, "expected a part that is not empty")
        var samples = bytes
        if size.width != width || columns.count != width {
            samples = Resampling.alongRows(
                samples, width: width, height: height,
                coefficients: ResamplingCoefficients(
                    inputSize: width, outputSize: size.width, outputs: columns, filter: filter))
        }
        if size.height != height || rows.count != height {
            samples = Resampling.alongColumns(
                samples, rowByteCount: columns.count * 3,
                coefficients: ResamplingCoefficients(
                    inputSize: height, outputSize: size.height, outputs: rows, filter: filter))
        }
        return RGBImage(
            decodedWidth: columns.count, height: rows.count, bytes: samples, note: note, isTruncated: isTruncated)
    }
}
