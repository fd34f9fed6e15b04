import ArgumentParser
import Captioner
import CaptionerDataSets
import SystemPackage

/// Which rows of a scored data set are kept.
struct SelectionOptions: ParsableArguments {
    @Option(
        help:
            "The field with the score; a dot leads into an object. (default: __dj__stats__.image_text_similarity, else similarity)"
    )
    var field: String?

    @Option(parsing: .unconditional, help: "Drop rows with a lower score.")
    var minScore: Double?

    @Option(parsing: .unconditional, help: "Drop rows with a higher score.")
    var maxScore: Double?

    @Option(help: "Whether any or all scores of a list must be in range.")
    var anyOrAll = ScoreRange.Rule.any

    @Option(
        help:
            "Keep only the best of rows with the same images. exact: the same bytes. phash: the same perceptual hash. similarity: embeddings above --max-similarity."
    )
    var deduplicate: Deduplication?

    @Option(help: "For --deduplicate similarity: the folder with the embeddings of the data set's images.")
    var embeddings: FilePath?

    @Option(parsing: .unconditional, help: "Embeddings with a higher cosine are duplicates. (default: 0.95)")
    var maxSimilarity: Double?

    @Option(help: "Keep the best rows, at most this share of them, such as 0.3.")
    var topRatio: Double?

    @Option(help: "Keep the best rows, at most this many; with --top-ratio the smaller number counts.")
    var topk: Int?

    @Option(help: "Drop this many of the best rows first.")
    var skipTop = 0

    @Option(help: "The order of the rows: as-is or score, the best first.")
    var order = Order.asIs

    @Option(help: "The folder that image paths are relative to. (default: that of the data set)")
    var images: FilePath?

    @Option(help: "The field with the paths of a sample's images.")
    var imagesKey = DataSetFields().images

    enum Deduplication: String, ExpressibleByArgument, CaseIterable {
        case exact
        case phash
        case similarity
    }

    enum Order: String, ExpressibleByArgument, CaseIterable {
        case asIs = "as-is"
        case score
    }

    func validate() throws {
        for (name, value) in [("--min-score", minScore), ("--max-score", maxScore)] {
            if let value, !value.isFinite { throw ValidationError("\(name) is \(value), expected a number.") }
        }
        if let minScore, let maxScore, minScore > maxScore {
            throw ValidationError("--min-score is \(minScore), above --max-score \(maxScore).")
        }
        if let topRatio, !(topRatio > 0 && topRatio <= 1) {
            throw ValidationError("--top-ratio is \(topRatio), expected more than 0 and at most 1.")
        }
        if let topk, topk < 1 { throw ValidationError("--topk is \(topk), expected 1 or more.") }
        if skipTop < 0 { throw ValidationError("--skip-top is \(skipTop), expected 0 or more.") }
        if let maxSimilarity, !(maxSimilarity >= -1 && maxSimilarity <= 1) {
            throw ValidationError("--max-similarity is \(maxSimilarity), expected -1...1.")
        }
        if deduplicate == .similarity, embeddings == nil {
            throw ValidationError("--deduplicate similarity needs --embeddings.")
        }
        if deduplicate != .similarity, embeddings != nil || maxSimilarity != nil {
            throw ValidationError(
                "\(embeddings == nil ? "--max-similarity" : "--embeddings") belongs to --deduplicate similarity.")
        }
        for (name, isEmpty) in [
            ("--field", field?.isEmpty), ("--embeddings", embeddings?.isEmpty), ("--images", images?.isEmpty),
            ("--images-key", imagesKey.isEmpty),
        ] where isEmpty == true {
            throw ValidationError("\(name) is empty.")
        }
        let asksForSomething =
            field != nil || minScore != nil || maxScore != nil || deduplicate != nil || topRatio != nil || topk != nil
            || skipTop > 0 || order == .score
        guard asksForSomething else {
            throw ValidationError(
                "Nothing says which rows to keep: --min-score, --max-score, --top-ratio, --topk, --skip-top, --deduplicate or --order score; --field alone keeps the rows that have a score."
            )
        }
    }

    var selection: RowSelection {
        var selection = RowSelection()
        selection.field = field.map(ScoreField.init)
        selection.range = ScoreRange(minimum: minScore, maximum: maxScore, rule: anyOrAll)
        selection.duplicates =
            switch deduplicate {
            case .exact: .exact
            case .phash: .perceptualHash
            case .similarity:
                .similarity(
                    embeddings: embeddings ?? FilePath(), maximum: maxSimilarity ?? 0.95,
                    products: EmbeddingProducts(threadCount: Captioner.Options.defaultThreadCount).callAsFunction)
            case nil: nil
            }
        selection.ranks = RankCut(topRatio: topRatio, topCount: topk, skippedCount: skipTop)
        selection.isOrderedByScore = order == .score
        selection.images = images
        selection.imagesKey = imagesKey
        selection.threadCount = Captioner.Options.defaultThreadCount
        return selection
    }
}

extension ScoreRange.Rule: ExpressibleByArgument {}
