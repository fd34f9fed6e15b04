import CTurboJPEG

/// JPEG to RGB through TurboJPEG, with the settings that Pillow uses: accurate integer DCT, smooth chroma upsampling.
enum JPEGDecoder {
    /// Decodes as far as the data goes. What is missing from a truncated file is grey, or coarse in a progressive one.
    /// - Parameter header: of the same bytes, its sizes judged.
    /// - Throws: `ImageError.corrupt` with libjpeg's words when it gives up.
    static func decode(_ bytes: UnsafeRawBufferPointer, header: JPEGHeader) throws(ImageError) -> RGBImage {
        guard let handle = tjInitDecompress() else {
            throw .corrupt(format: "JPEG", cause: String(cString: tjGetErrorStr2(nil)))
        }
        defer { tjDestroy(handle) }
        let isCMYK = header.componentCount == 4
        let samplesPerPixel = isCMYK ? 4 : 3
        let sampleCount = header.width * header.height * samplesPerPixel
        var status: Int32 = -1
        let samples = [UInt8](unsafeUninitializedCapacity: sampleCount) { buffer, initializedCount in
            // Stating the sizes, instead of leaving them to the file, binds TurboJPEG to the memory there is.
            status = tjDecompress2(
                handle, bytes.bindMemory(to: UInt8.self).baseAddress, UInt(bytes.count), buffer.baseAddress,
                Int32(header.width), Int32(header.width * samplesPerPixel), Int32(header.height),
                Int32((isCMYK ? TJPF_CMYK : TJPF_RGB).rawValue), TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
            initializedCount = status == 0 || isWarning(handle) ? sampleCount : 0
        }
        let note = status == 0 ? nil : String(cString: tjGetErrorStr2(handle))
        if let note, !isWarning(handle) { throw .corrupt(format: "JPEG", cause: note) }
        return RGBImage(
            decodedWidth: header.width, height: header.height,
            bytes: isCMYK ? CMYKConversion.rgb(invertedCMYK: samples) : samples,
            note: note, isTruncated: note?.contains("Premature end of JPEG file") ?? false)
    }

    /// Whether libjpeg went on after the trouble it had, so that there is a picture all the same.
    private static func isWarning(_ handle: tjhandle) -> Bool {
        tjGetErrorCode(handle) == Int32(TJERR_WARNING.rawValue)
    }
}
