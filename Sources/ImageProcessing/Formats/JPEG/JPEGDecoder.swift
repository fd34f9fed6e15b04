import CaptionerTurboJPEG

/// JPEG to RGB through TurboJPEG, with the settings that Pillow uses: accurate integer DCT, smooth chroma upsampling.
enum JPEGDecoder {
    /// Decodes as far as the data goes. What a truncated file does not hold is grey, or coarse in a progressive one.
    /// - Parameter header: of the same bytes, its sizes judged.
    /// - Throws: `ImageError.corrupt` with libjpeg's words when it gives up before all rows are written.
    static func decode(_ bytes: UnsafeRawBufferPointer, header: JPEGHeader) throws(ImageError) -> RGBImage {
        let attempt = Attempt(bytes, header: header, fill: 0)
        guard let complaint = attempt.complaint else {
            return attempt.picture(header, note: headerWarning(bytes), isTruncated: false)
        }

        let ending = JPEGEnding(bytes, dataOffset: header.dataOffset)
        let isTruncated = ending != .whole
        if attempt.isWhole(bytes, header: header) {
            return attempt.picture(
                header, note: isTruncated ? RGBImage.truncationNote : headerWarning(bytes) ?? complaint,
                isTruncated: isTruncated)
        }
        // A progressive file that breaks off in a segment between scans makes libjpeg read the missing bytes as part of
        // that segment and give up. Without the segment it shows the scans before.
        if case .truncated(let cut) = ending, cut < bytes.count {
            let trimmed = Array(bytes[..<cut]) + [0xFF, 0xD9]
            let picture = trimmed.withUnsafeBytes { trimmed -> RGBImage? in
                let attempt = Attempt(trimmed, header: header, fill: 0)
                return attempt.isWhole(trimmed, header: header)
                    ? attempt.picture(header, note: RGBImage.truncationNote, isTruncated: true) : nil
            }
            if let picture { return picture }
        }
        throw .corrupt(format: "JPEG", cause: complaint)
    }

    /// The first warning about what comes before the image data. TurboJPEG repeats it when it decodes in version 2, and
    /// forgets it from version 3 on.
    private static func headerWarning(_ bytes: UnsafeRawBufferPointer) -> String? {
        // A handle of its own, since version 2 does not begin anew after an error in a header.
        guard let handle = tjInitDecompress() else { return nil }
        defer { tjDestroy(handle) }
        var (width, height, subsampling, colours): (Int32, Int32, Int32, Int32) = (0, 0, -1, 0)
        let status = tjDecompressHeader3(
            handle, bytes.bindMemory(to: UInt8.self).baseAddress, UInt(bytes.count), &width, &height, &subsampling,
            &colours)
        // Chroma subsampling that TurboJPEG has no name for is an error here, whose words come in place of a warning's.
        guard status != 0, subsampling >= 0, tjGetErrorCode(handle) == TJERR_WARNING.rawValue else { return nil }
        return String(cString: tjGetErrorStr2(handle))
    }

    /// One go at the data.
    private struct Attempt {
        /// `[H, W, 3]`, or `[H, W, 4]` of CMYK.
        let samples: [UInt8]
        /// What libjpeg had to say; `nil` when all went well.
        let complaint: String?
        private let fill: UInt8

        /// - Parameter fill: what samples have that libjpeg leaves alone.
        init(_ bytes: UnsafeRawBufferPointer, header: JPEGHeader, fill: UInt8) {
            self.fill = fill
            guard let handle = tjInitDecompress() else {
                samples = []
                complaint = String(cString: tjGetErrorStr2(nil))
                return
            }
            defer { tjDestroy(handle) }
            let format = header.componentCount == 4 ? TJPF_CMYK : TJPF_RGB
            let rowByteCount = header.width * (header.componentCount == 4 ? 4 : 3)
            var samples = [UInt8](repeating: fill, count: rowByteCount * header.height)
            let status = samples.withUnsafeMutableBufferPointer { samples in
                // Stating the sizes, instead of leaving them to the file, binds TurboJPEG to the memory there is.
                tjDecompress2(
                    handle, bytes.bindMemory(to: UInt8.self).baseAddress, UInt(bytes.count), samples.baseAddress,
                    Int32(header.width), Int32(rowByteCount), Int32(header.height), Int32(format.rawValue),
                    TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
            }
            self.samples = samples
            complaint = status == 0 ? nil : String(cString: tjGetErrorStr2(handle))
        }

        /// Whether libjpeg wrote every sample, whatever it complained of.
        ///
        /// TurboJPEG does not say: once libjpeg has warned, it calls giving up a warning too. What was written is what
        /// comes out the same over another background.
        func isWhole(_ bytes: UnsafeRawBufferPointer, header: JPEGHeader) -> Bool {
            !samples.isEmpty && Attempt(bytes, header: header, fill: ~fill).samples == samples
        }

        func picture(_ header: JPEGHeader, note: String?, isTruncated: Bool) -> RGBImage {
            RGBImage(
                decodedWidth: header.width, height: header.height,
                bytes: header.componentCount == 4 ? CMYKConversion.rgb(invertedCMYK: samples) : samples,
                note: note, isTruncated: isTruncated)
        }
    }
}
