import Captioner
import CaptionerImageProcessing
import Foundation

/// What a request asks the captioner for.
package struct CaptionCall: Sendable {
    /// The bytes of an image whose header was looked at.
    var image: ImageSource
    /// Further images that the prompt is about.
    var furtherImages: [ImageSource]
    /// A conversation of several turns, in place of the options' prompt.
    var conversation: [ConversationTurn]?
    var options: Captioner.GenerationOptions

    /// What the caption continues; for a model that was trained to converse the question.
    var prompt: String? { options.prompt }

    /// - Parameters:
    ///   - image: the bytes of a file.
    ///   - furtherImages: likewise.
    /// - Throws: `ServiceError` for what is no image, or has too many pixels.
    init(
        image: Data, furtherImages: [Data] = [], conversation: [ConversationTurn]? = nil,
        options: Captioner.GenerationOptions,
        limits: ServiceLimits
    ) throws(ServiceError) {
        // All images of a question may have as many pixels as one.
        var limits = limits
        self.image = try Self.checked(image, &limits)
        self.furtherImages = []
        for image in furtherImages { self.furtherImages.append(try Self.checked(image, &limits)) }
        self.conversation = conversation
        self.options = options
    }

    /// Looks at the header of an image, which says its size.
    static func checked(_ data: Data, _ limits: ServiceLimits) throws(ServiceError) -> ImageSource {
        var limits = limits
        return try checked(data, &limits)
    }

    /// - Parameter limits: the pixels of the image are taken from them.
    private static func checked(_ data: Data, _ limits: inout ServiceLimits) throws(ServiceError) -> ImageSource {
        let size: (width: Int, height: Int)
        do throws(ImageError) {
            size = try ImageDecoder(orientation: .ignore).size(of: data)
        } catch {
            throw ServiceError(error)
        }
        let (count, overflow) = size.width.multipliedReportingOverflow(by: size.height)
        guard max(size.width, size.height) <= limits.side else {
            throw .tooLarge("the image is \(size.width) x \(size.height) pixels; a side may have \(limits.side)")
        }
        guard !overflow, count <= limits.pixelCount else {
            throw .tooLarge(
                "the image has \(size.width) x \(size.height) pixels, more than the \(limits.pixelCount) allowed")
        }
        limits.pixelCount -= count
        return .data(data)
    }

    /// The bytes that a text in JSON stands for: a `data:` address, or Base64. Nothing is read or fetched.
    static func bytes(_ text: String, field: String) throws(ServiceError) -> Data {
        var encoded = text.utf8[...]
        if text.utf8.prefix(5).map({ $0 | 0x20 }) == Array("data:".utf8) {
            guard let comma = encoded.firstIndex(of: UInt8(ascii: ",")) else {
                throw .invalid("\(field) is a data: address without a comma", field: field)
            }
            let head = String(decoding: encoded[..<comma], as: UTF8.self).lowercased()
            guard head.hasSuffix(";base64") else {
                throw .invalid("\(field) is a data: address that is not Base64", field: field)
            }
            encoded = encoded[comma...].dropFirst()
        } else if let colon = encoded.prefix(12).firstIndex(of: UInt8(ascii: ":")) {
            let scheme = String(decoding: encoded[..<colon], as: UTF8.self)
            throw .invalid(
                "\(field) is a \(scheme): address, and the server fetches and reads nothing; send the bytes of the image, "
                    + "as data:image/jpeg;base64,...", field: field)
        }
        guard let data = base64(encoded) else { throw .invalid("\(field) is not Base64", field: field) }
        guard !data.isEmpty else { throw .invalid("\(field) is empty", field: field) }
        return data
    }

    /// Base64 with either alphabet of RFC 4648, with or without its padding, in one line or several.
    private static func base64(_ encoded: Substring.UTF8View) -> Data? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(encoded.count + 3)
        for byte in encoded {
            switch byte {
            case UInt8(ascii: "-"): bytes.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): bytes.append(UInt8(ascii: "/"))
            case 0x20, 0x09, 0x0A, 0x0D: break
            default: bytes.append(byte)
            }
        }
        while bytes.last == UInt8(ascii: "=") { bytes.removeLast() }
        bytes += [UInt8](repeating: UInt8(ascii: "="), count: (4 - bytes.count % 4) % 4)
        return Data(base64Encoded: Data(bytes))
    }
}

extension ServiceError {
    init(_ error: ImageError) {
        switch error {
        case .empty: self = .invalid("there is no image: the body is empty")
        case .unsupportedFormat, .unsupportedFeature: self = .unsupportedFormat("\(error)")
        case .tooLarge: self = .tooLarge("\(error)")
        default: self = .undecodable("\(error)")
        }
    }

    /// What the library says of an image or of options.
    package init(_ error: any Error) {
        switch error {
        case let error as ServiceError: self = error
        case let error as CaptionFailure:
            switch error.stage {
            case .read, .decode: self = .undecodable(error.message)
            case .prompt: self = .invalid(error.message)
            case .caption: self = .failed(error.message)
            }
        case let error as CaptionerError where error.code == .invalidOption: self = .init(invalidOption: error)
        default: self = .failed("\(error)")
        }
    }
}
