import CaptionerDataSets
import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// A page to look at what a run has written.
package struct Report: Sendable {
    /// What `caption-images` wrote: records, samples of a data set, or comma-separated values.
    package var output: FilePath
    /// What relative paths of images are relative to; nil for what the run was given, then the output's folder.
    package var images: FilePath?
    /// The data set that was read, for the captions that it had; nil for that of the run if it was one.
    package var input: FilePath?
    /// The longer side of the small images in pixels, 0 for none.
    package var thumbnailSize = 96
    /// The most rows that are shown, the first of the output and of what was left out of it.
    package var limit = 10_000

    /// How many thumbnails are made at once.
    package var threadCount = 1

    package init(output: FilePath) { self.output = output }

    /// Makes the page.
    /// - Parameter progress: receives the share of the images that is done.
    /// - Throws: `FileError.unreadableFile` for an output that cannot be read or is none, naming the line; for a data
    ///   set that was asked for and cannot be read; `CancellationError`.
    package func callAsFunction(progress: (Double) -> Void = { _ in }) async throws -> ReportPage {
        try await content(progress: progress).page
    }

    /// The page with how its rows are read.
    struct Content: Sendable {
        var page: ReportPage
        let fields: DataSetFields
        let holdsSamples: Bool
        /// How text files beside images are called and made.
        let sidecars: SidecarRules
        let finder: PictureFinder
        /// What the run has read, and what the old captions are read from.
        let inputs: [FilePath]
    }

    /// - Parameter visit: receives each row of the output that is whole, shown or not.
    func content(
        visit: (OutputRows.Row) throws -> Void = { _ in }, progress: (Double) -> Void = { _ in }
    ) async throws -> Content {
        let files = RunFiles(output: output)
        // The page can do without the files beside the output, but says so.
        var notes: [String] = []
        var run: ReportRun?
        do { run = try ReportRun(path: files.description) } catch { notes.append("\(error)") }
        let settings = JSONValue.object(run?.settings ?? [])
        let fields = DataSetFields(settings: settings)
        let dataSet = input ?? run?.dataSet
        let holdsSamples = run?.holdsSamples ?? false
        let read = try ReportRowReader(
            path: output, fields: fields, holdsSamples: holdsSamples, limit: limit, visit: visit)
        let finder = PictureFinder(
            folder: images, inputs: run?.inputs ?? [], dataSet: dataSet, output: output,
            isOfDataSet: dataSet != nil || read.rows.contains { $0.kind == .sample })
        var rows = read.rows
        Self.removeEarlierScores(in: &rows, run)
        notes += read.notes
        var total = read.count
        do {
            try ErrorRecordReader.check(
                files.errors, expected: run?.errorCount ?? 0, isFinished: run?.isFinished ?? false,
                in: 0..<max(0, run?.total ?? Int.max))
        } catch let error where !(error is CancellationError) {
            notes.append("\(error)")
        }
        if rows.contains(where: { $0.kind == .sample }) || rows.isEmpty,
            let errors = ReportErrors(path: files.errors)
        {
            errors.merge(into: &rows, isWhole: read.rows.count == read.count, key: finder.key)
            total += rows.count - read.rows.count
            rows = Array(rows.prefix(limit))
        } else {
            for number in rows.indices { rows[number].index = number }
        }
        if let dataSet {
            do {
                try OldCaptions(fields: fields, finder: finder).fill(&rows, from: dataSet)
            } catch let error as FileError where input == nil {
                // The page can do without what was not asked for.
                notes.append("without old captions: \(error)")
            }
        }
        // Error records are read as far as they can be; a page without those that were left out would look whole.
        try Task.checkCancellation()
        var page = ReportPage(title: FilePath(root: nil, output.components.suffix(1)).escaped)
        page.add(rows, of: total, run, notes: notes)
        var content = Content(
            page: page, fields: fields, holdsSamples: holdsSamples,
            sidecars: run?.sidecars ?? SidecarRules(),
            finder: finder, inputs: (run?.inputs ?? []) + (dataSet.map { [$0] } ?? []))
        if thumbnailSize > 0 { try await addThumbnails(to: &content.page, finder, progress) }
        return content
    }

    private func addThumbnails(
        to page: inout ReportPage, _ finder: PictureFinder, _ progress: (Double) -> Void
    ) async throws {
        var numbers: [ExactString: Int] = [:]
        var pictures: [any PictureSource] = []
        page.thumbnailNumbers = page.rows.map { row in
            row.images.prefix(Self.thumbnailsPerRow).map { image in
                // Of long addresses keys have the first characters alone.
                let key = AddressScheme.of(image) == nil ? finder.key(image) : ExactString(image)
                if let number = numbers[key] { return number }
                numbers[key] = pictures.count
                pictures.append(finder.picture(image))
                return pictures.count - 1
            }
        }
        page.thumbnails = try await ReportThumbnail.make(
            pictures, size: thumbnailSize, threadCount: threadCount, progress: progress)
    }

    /// Samples of a run that scored nothing may have the statistics of texts that they had before.
    private static func removeEarlierScores(in rows: inout [ReportRow], _ run: ReportRun?) {
        let hasScores = run.map { $0.settings.value(of: "clip")?.text != nil }
        for number in rows.indices where rows[number].kind == .sample {
            guard let scores = rows[number].scores else { continue }
            if !(hasScores ?? scores.namesNewTexts) { rows[number].scores = nil }
        }
    }

    /// Of a sample with more images only their number is shown.
    private static let thumbnailsPerRow = 4
}
