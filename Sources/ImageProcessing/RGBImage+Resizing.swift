extension RGBImage {
    /// The picture scaled with Pillow's bicubic filter, bit for bit as `Image.resize((width, height), BICUBIC)` of
    /// Pillow up to 12.1: first along rows, rounded to 8 bits, then along columns. A size that stays is not touched.
    /// - Parameters: both at least 1.
    package func resized(width newWidth: Int, height newHeight: Int) -> RGBImage {
        precondition(newWidth > 0 && newHeight > 0, "expected positive sizes, found \(newWidth) x \(newHeight)")
        var samples = bytes
        if newWidth != width {
            samples = Resampling.alongRows(
                samples, width: width, height: height,
                coefficients: ResamplingCoefficients(inputSize: width, outputSize: newWidth))
        }
        if newHeight != height {
            samples = Resampling.alongColumns(
                samples, rowByteCount: newWidth * 3,
                coefficients: ResamplingCoefficients(inputSize: height, outputSize: newHeight))
        }
        return RGBImage(
            decodedWidth: newWidth, height: newHeight, bytes: samples, note: note, isTruncated: isTruncated)
    }
}
