import CaptionerFiles
import CaptionerImageProcessing
import CaptionerJSON
import Foundation

/// A filter of lists of numbers, one for each image.
protocol ImageFilter: SingleSampleFilter {
    var ranges: [ValueRange] { get }
    var strategy: Strategy { get }
    /// An image's numbers, as many as there are names.
    func stats(of picture: any PictureSource, _ profile: CompatibilityProfile?) throws(ItemFailure) -> [JSONValue]
}

extension ImageFilter {
    package func stats(of sample: JudgedSample) throws(ItemFailure) -> [JSONValue] {
        var lists = [[JSONValue]](repeating: [], count: Self.statNames.count)
        for picture in try sample.pictures() {
            for (index, value) in try stats(of: picture, sample.profile).enumerated() { lists[index].append(value) }
        }
        return lists.map { .array($0) }
    }

    package func keeps(_ stats: [JSONValue]) throws(ItemFailure) -> Bool {
        var verdicts: [Bool] = []
        for (index, range) in ranges.enumerated() {
            let values = try stats[index].statList(Self.statNames[index])
            guard index > 0 else {
                verdicts = values.map(range.contains)
                continue
            }
            verdicts = zip(verdicts, values).map { $0 && range.contains($1) }
        }
        return strategy.keeps(verdicts)
    }

    package var rangeText: String {
        zip(Self.statNames, ranges).map { ranges.count == 1 ? $1.description : "\($0) \($1.description)" }
            .joined(separator: ", ")
    }
}

extension PictureSource {
    /// Width and height as the header states them, the orientation taken into account where the profile does.
    /// - Throws: `ItemFailure`.
    func size(_ profile: CompatibilityProfile?) throws(ItemFailure) -> (width: Int, height: Int) {
        let data = try bytes()
        do throws(ImageError) {
            return try ImageDecoder(orientation: profile == .betterSynth ? .ignore : .apply).size(of: data)
        } catch {
            let stage: ItemFailure.Stage = if case .unreadable = error { .read } else { .decode }
            throw ItemFailure(stage: stage, message: "\(error)", path: file?.escaped)
        }
    }
}

/// By width / height.
struct ImageAspectRatioFilter: ImageFilter {
    static let name = "image_aspect_ratio_filter"
    static let statNames = ["aspect_ratios"]
    let ranges: [ValueRange]
    let strategy: Strategy

    init(_ parameters: inout OperatorParameters) throws(OperatorProblem) {
        ranges = [try ValueRange(&parameters, "ratio", (0.333, 3))]
        strategy = try parameters.choice("any_or_all", Strategy.self) ?? .any
    }

    func stats(of picture: any PictureSource, _ profile: CompatibilityProfile?) throws(ItemFailure) -> [JSONValue] {
        let (width, height) = try picture.size(profile)
        return [.float(Double(width) / Double(height))]
    }
}

/// By width and height in pixels.
struct ImageShapeFilter: ImageFilter {
    static let name = "image_shape_filter"
    static let statNames = ["image_width", "image_height"]
    let ranges: [ValueRange]
    let strategy: Strategy

    init(_ parameters: inout OperatorParameters) throws(OperatorProblem) {
        ranges = [
            try ValueRange(&parameters, "width", (1, .infinity), isWhole: true),
            try ValueRange(&parameters, "height", (1, .infinity), isWhole: true),
        ]
        strategy = try parameters.choice("any_or_all", Strategy.self) ?? .any
    }

    func stats(of picture: any PictureSource, _ profile: CompatibilityProfile?) throws(ItemFailure) -> [JSONValue] {
        let (width, height) = try picture.size(profile)
        return [.integer(width), .integer(height)]
    }
}

/// By the size of the file in bytes.
struct ImageSizeFilter: ImageFilter {
    static let name = "image_size_filter"
    static let statNames = ["image_sizes"]
    let ranges: [ValueRange]
    let strategy: Strategy

    init(_ parameters: inout OperatorParameters) throws(OperatorProblem) {
        var range = ValueRange(
            try Self.byteCount(&parameters, "min_size") ?? 0,
            try Self.byteCount(&parameters, "max_size") ?? Double(1 << 40))
        try range.readEnds(&parameters)
        ranges = [range]
        strategy = try parameters.choice("any_or_all", Strategy.self) ?? .any
    }

    func stats(of picture: any PictureSource, _ profile: CompatibilityProfile?) throws(ItemFailure) -> [JSONValue] {
        guard let file = picture.file else { return [.integer(try picture.bytes().count)] }
        guard let status = FileStatus(file) else {
            throw ItemFailure(
                stage: .read, message: "cannot read \(file.escaped): \(file.cause(errno))", path: file.escaped)
        }
        return [.integer(status.size)]
    }

    /// A number of bytes, kilobytes (KB, KiB: 1024 bytes) and so on: all its letters, and all its digits, wherever they
    /// are, as Data-Juicer reads it, but for a fraction, which it takes for more digits.
    private static func byteCount(
        _ parameters: inout OperatorParameters, _ name: String
    ) throws(OperatorProblem) -> Double? {
        guard let text = try parameters.text(name) else { return nil }
        let parts = text.wholeMatch(of: #/\s*([0-9]+)\s*([A-Za-z]*)\s*/#)
        let units = ["", "k", "m", "g", "t", "p", "e", "z", "y"]
        let unit = parts?.2.lowercased() ?? ""
        let power = units.firstIndex { unit == $0 + "b" || unit == $0 + "ib" } ?? (unit.isEmpty ? 0 : nil)
        guard let parts, let power, let number = Double(String(parts.1)), unit != "b", unit != "ib" else {
            throw OperatorProblem(
                message: "\(name) of \(Self.name) is \(text), expected a whole number and a unit such as KB or MiB")
        }
        return (0..<power).reduce(number) { size, _ in size * 1024 }
    }
}
