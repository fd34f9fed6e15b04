#if HEIC
    import CaptionerHEIC

    /// libheif's reader over bytes in memory. Lives no longer than the bytes.
    final class HEICReader {
        private let context: OpaquePointer
        private var handle: OpaquePointer?

        /// Reads what precedes the pixels.
        /// - Throws: `ImageError.corrupt` with libheif's words, `.unsupportedFeature`.
        init(_ bytes: UnsafeRawBufferPointer) throws(ImageError) {
            guard let context = heif_context_alloc() else {
                throw .corrupt(format: "HEIC", cause: "libheif could not be started")
            }
            self.context = context
            // Images are decoded by several threads already.
            heif_context_set_max_decoding_threads(context, 0)
            try Self.check(
                heif_context_read_from_memory_without_copy(context, bytes.baseAddress, bytes.count, nil))
            try Self.check(heif_context_get_primary_image_handle(context, &handle))
            guard width > 0, height > 0 else { throw .corrupt(format: "HEIC", cause: "\(width) x \(height) pixels") }
        }

        deinit {
            if let handle { heif_image_handle_release(handle) }
            heif_context_free(context)
        }

        /// After the turns that the container asks for.
        var width: Int { Int(heif_image_handle_get_width(handle)) }
        var height: Int { Int(heif_image_handle_get_height(handle)) }

        /// The pixels, `[H, W, 3]`, at 8 bits.
        func samples(_ width: Int, _ height: Int) throws(ImageError) -> [UInt8] {
            // With alpha, as pillow-heif asks for it where there is some.
            let channels = heif_image_handle_has_alpha_channel(handle) != 0 ? 4 : 3
            let chroma = channels == 4 ? heif_chroma_interleaved_RGBA : heif_chroma_interleaved_RGB
            guard let options = heif_decoding_options_alloc() else {
                throw .corrupt(format: "HEIC", cause: "libheif could not be started")
            }
            defer { heif_decoding_options_free(options) }
            options.pointee.convert_hdr_to_8bit = 1
            var image: OpaquePointer?
            try Self.check(heif_decode_image(handle, &image, heif_colorspace_RGB, chroma, options))
            defer { heif_image_release(image) }
            var stride: Int32 = 0
            guard let plane = heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride),
                Int(heif_image_get_width(image, heif_channel_interleaved)) == width,
                Int(heif_image_get_height(image, heif_channel_interleaved)) == height, Int(stride) >= width * channels
            else { throw .corrupt(format: "HEIC", cause: "the image is not of the size that its header states") }
            return [UInt8](unsafeUninitializedCapacity: width * height * 3) { rgb, initializedCount in
                var place = 0
                for row in 0..<height {
                    var source = row * Int(stride)
                    for _ in 0..<width {
                        for channel in 0..<3 { rgb[place + channel] = plane[source + channel] }
                        place += 3
                        source += channels
                    }
                }
                initializedCount = place
            }
        }

        private static func check(_ error: heif_error) throws(ImageError) {
            guard error.code.rawValue != heif_error_Ok.rawValue else { return }
            let message = error.message.map { String(cString: $0) } ?? "libheif gave no reason"
            if error.code.rawValue == heif_error_Unsupported_feature.rawValue
                || error.code.rawValue == heif_error_Unsupported_filetype.rawValue
            {
                throw .unsupportedFeature(format: "HEIC", feature: message)
            }
            throw .corrupt(format: "HEIC", cause: message)
        }
    }
#endif
