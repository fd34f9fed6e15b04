import CaptionerFiles
import CaptionerImageProcessing
import CaptionerJSON
import SystemPackage

/// Looks for a row's images where MGM's training looks for them, and at them as far as it is asked to.
struct TrainingImages: Sendable {
    let stage: TrainingStage
    let folder: FilePath
    /// Whether all pixels are decoded, or only headers are read.
    let decodes: Bool

    /// What Pillow opens, and is not read here.
    private static let otherFormats: Set<ExactString> = [
        "TIFF", "PNM", "JPEG 2000", "ICO", "CUR", "QOI", "DDS", "ICNS", "AVIF",
        "Photoshop document", "PostScript", "MP4 or another ISO media file", "MNG",
    ]
    /// More pixels are warned of by Pillow, and twice as many refused.
    private static let warningPixelCount = ImageDecoder.defaultMaximumPixelCount / 2

    /// The findings about the `image` of a row, which has one, and the files that were looked at.
    func findings(of value: JSONValue) -> (findings: [TrainingFinding], files: [FilePath]) {
        let names = value.elements ?? [value]
        // Of a list Python prints its elements escaped.
        let isPrinted = value.elements == nil
        guard !names.isEmpty else {
            return ([TrainingFinding(.badImageValue, .replaced, "its \"image\" is an empty list: \(Self.another)")], [])
        }
        var found: [TrainingFinding] = []
        var files: [FilePath] = []
        for name in names {
            guard let bytes = name.fileNameBytes else {
                found.append(Self.noName(name, isPrinted: isPrinted))
                continue
            }
            let path = path(of: bytes)
            files.append(path)
            let problem = bytes.contains(0) ? missing(path, bytes) : problem(of: path, bytes)
            guard var problem else { continue }
            if case .illFormedString = name, isPrinted, problem.severity == .replaced {
                // In what it prints there is the name, which is no text.
                problem = TrainingFinding(
                    .unprintableImageName, .crash,
                    "\(problem.message). Its name has half of a surrogate pair, which training cannot print when it says so: the run ends"
                )
            }
            found.append(problem)
        }
        if names.count > 1, !found.contains(where: \.severity.isFault) {
            found.append(
                TrainingFinding(
                    .severalImages, .crash,
                    "its \"image\" is a list of \(names.count): their batch cannot be stacked, or has a dimension too many, and the run ends"
                ))
        }
        return (found, files)
    }

    /// Why the `image` of a row is no path, if it is none.
    static func problem(ofName value: JSONValue) -> TrainingFinding? {
        value.fileNameBytes == nil ? noName(value, isPrinted: true) : nil
    }

    private static let another = "training uses another row in its place"

    private static func noName(_ value: JSONValue, isPrinted: Bool) -> TrainingFinding {
        if case .illFormedString = value, isPrinted {
            return TrainingFinding(
                .unprintableImageName, .crash,
                "its \"image\" has half of a surrogate pair, which no file name has, and which training cannot print when it says so: the run ends"
            )
        }
        return TrainingFinding(.badImageValue, .replaced, "its \"image\" is \(value.kind), expected a path: \(another)")
    }

    /// Where training looks for an image.
    private func path(of name: [UInt8]) -> FilePath {
        func place(_ name: [UInt8]) -> FilePath {
            let path = FilePath(bytes: name)
            return path.isAbsolute ? path : folder.pushing(path)
        }
        if name.contains("ocr".utf8) {
            let path = place(name)
            return FileStatus(path) == nil ? place(name.replacing(".jpg".utf8, with: ".png".utf8)) : path
        }
        guard name.contains("VG_100K".utf8) else { return place(name) }
        return place(
            name.replacing("VG_100K_2".utf8, with: "images".utf8).replacing("VG_100K".utf8, with: "images".utf8))
    }

    private func missing(_ path: FilePath, _ name: [UInt8]) -> TrainingFinding {
        var message = "there is no \(path.escaped.shortened): \(Self.another)"
        if !name.contains("ocr".utf8), name.contains("VG_100K".utf8) {
            message += ". Training writes images for VG_100K in every path"
        }
        return TrainingFinding(.imageMissing, .replaced, message)
    }

    private func problem(of path: FilePath, _ name: [UInt8]) -> TrainingFinding? {
        guard FileStatus(path) != nil else { return missing(path, name) }
        let decoder = ImageDecoder(orientation: .ignore)
        let label = path.escaped.shortened
        do throws(ImageError) {
            let size = try decoder.storedSize(of: path)
            if let problem = problem(of: size, label) { return problem }
            guard decodes else { return nil }
            let data = try decoder.bytes(of: path)
            let image = try decoder.decode(data)
            if image.isTruncated {
                return TrainingFinding(.imageTruncated, .replaced, "\(label) ends early: \(Self.another)")
            }
            // Of damage to a JPEG libjpeg makes something in Pillow, too; that to others ends their decoders.
            guard let note = image.note, data.first != 0xFF else { return nil }
            return TrainingFinding(.imageDamaged, .replaced, "\(label): \(note): \(Self.another)")
        } catch {
            return finding(error, label)
        }
    }

    private func problem(of size: (width: Int, height: Int), _ label: String) -> TrainingFinding? {
        let pixelCount = size.width * size.height
        guard pixelCount <= Self.warningPixelCount else {
            return pixelCount > 2 * Self.warningPixelCount
                ? TrainingFinding(
                    .imageTooLarge, .replaced,
                    "\(label) has \(size.width) x \(size.height) pixels, more than Pillow opens: \(Self.another)")
                : TrainingFinding(
                    .imageVeryLarge, .note,
                    "\(label) has \(size.width) x \(size.height) pixels, of which Pillow warns")
        }
        // transformers takes a first dimension of 1 or 3 for the channels of an image.
        let height = stage == .finetune ? max(size.width, size.height) : size.height
        guard height == 1 || height == 3 else { return nil }
        let cause =
            "\(label) is \(height) pixels high\(stage == .finetune ? " when it is padded" : ""), which training takes for channels"
        return height == 1
            ? TrainingFinding(.imageTooThin, .replaced, "\(cause): \(Self.another)")
            : TrainingFinding(.imageTooThin, .harmful, "\(cause): columns and colours are mixed up")
    }

    private func finding(_ error: ImageError, _ label: String) -> TrainingFinding {
        switch error {
        case .unreadable: TrainingFinding(.imageUnreadable, .replaced, "\(error): \(Self.another)")
        case .unsupportedFormat(let found) where Self.otherFormats.contains(ExactString(found)):
            TrainingFinding(.imageNotChecked, .note, "\(label) looks like \(found), which is not read here; Pillow may")
        case .unsupportedFeature(let format, _) where format.hasSameBytes(as: "PNG") || format.hasSameBytes(as: "TIFF"):
            TrainingFinding(.imageNotChecked, .note, "\(label): \(error); Pillow may read it")
        case .empty, .unsupportedFormat:
            TrainingFinding(.notAnImage, .replaced, "\(label): \(error): \(Self.another)")
        default: TrainingFinding(.imageDamaged, .replaced, "\(label): \(error): \(Self.another)")
        }
    }
}

extension JSONValue {
    /// The bytes of a file name as Python's `os.fsencode` has them: half of a surrogate pair from U+DC80 to U+DCFF is
    /// a byte that is not part of a character. Nil for all others, and for what is no text.
    fileprivate var fileNameBytes: [UInt8]? {
        switch self {
        case .string(let text): return Array(text.utf8)
        case .illFormedString(let units):
            var bytes: [UInt8] = []
            var parser = Unicode.UTF16.ForwardParser()
            var rest = units.makeIterator()
            var index = 0
            while true {
                switch parser.parseScalar(from: &rest) {
                case .valid(let character):
                    bytes += Array(String(Unicode.UTF16.decode(character)).utf8)
                    index += character.count
                case .error(let length):
                    for unit in units[index..<index + length] {
                        guard (0xDC80...0xDCFF).contains(unit) else { return nil }
                        bytes.append(UInt8(unit - 0xDC00))
                    }
                    index += length
                case .emptyInput: return bytes
                }
            }
        default: return nil
        }
    }
}
