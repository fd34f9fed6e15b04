import CaptionerDataSets
import CaptionerFiles
import CaptionerJSON
import Crypto
package import Foundation
package import SystemPackage

/// A report as one HTML file that needs nothing else.
package struct ReportPage: Sendable {
    let title: String
    private(set) var rows: [ReportRow] = []
    /// Rows of the output, shown or not.
    package private(set) var totalRowCount = 0
    private var run: ReportRun?
    /// For each row the numbers of its thumbnails; empty if there are none.
    var thumbnailNumbers: [[Int]] = []
    var thumbnails: [ReportThumbnail] = []
    /// What the author and the readers of the report should know.
    package private(set) var notes: [String] = []

    /// Nil for a page that is only looked at.
    var review: Review?

    /// What a page has that its rows can be edited on.
    struct Review: Sendable {
        /// What each request of the page bears.
        let token: String
        /// By line the captions that can be replaced, or why they cannot be.
        let captions: [Int: Result<[String], RowEditError>]
    }

    package var rowCount: Int { rows.count }
    package var failedCount: Int { rows.count { $0.failure != nil } }
    /// Images of which there is no file, or none that can be shown.
    package var missingPictureCount: Int { thumbnails.count { $0 == .missing } }
    package var unreadablePictureCount: Int { thumbnails.count { $0 == .unreadable } }

    init(title: String) { self.title = title }

    mutating func add(note: String) { notes.append(note) }

    mutating func add(_ rows: [ReportRow], of total: Int, _ run: ReportRun?, notes: [String] = []) {
        self.rows = rows
        totalRowCount = total
        self.run = run
        self.notes = notes
    }

    /// What every page has near its start, so that one is recognised.
    private static let mark = "<meta name=\"generator\" content=\"caption-images report\">"

    /// Whether a file is such a page, and nothing is lost when a new one takes its place.
    package static func isReport(_ path: FilePath) -> Bool {
        guard let descriptor = try? path.openedRegular().descriptor else { return false }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard let start = try? file.read(upToCount: 512) else { return false }
        return String(decoding: start, as: UTF8.self).contains(mark)
    }

    /// The page as UTF-8.
    package var html: Data {
        let (style, script) = (style, script)
        let values = [
            "mark": Self.mark,
            // Nothing is loaded from anywhere, and of scripts and styles only these count, whatever a caption holds.
            "policy": "default-src 'none'; base-uri 'none'; form-action 'none'; "
                + (review == nil ? "img-src data:; " : "img-src data: blob:; connect-src 'self'; ")
                + "style-src '\(Self.hash(style))'; script-src '\(Self.hash(script))'",
            "title": title.escapedForHTML, "style": style, "script": script,
        ]
        var html = Data()
        for (number, piece) in Self.template.components(separatedBy: "%%").enumerated() {
            // Between two marks is a name.
            if number.isMultiple(of: 2) {
                html.append(contentsOf: piece.utf8)
            } else if piece == "data" {
                appendData(to: &html)
            } else if piece == "rows" {
                for (number, row) in rows.enumerated() {
                    html.append(contentsOf: row.html(number: number + 1, rules).utf8)
                }
            } else {
                html.append(contentsOf: (values[piece] ?? "").utf8)
            }
        }
        return html
    }

    private var rules: KeepingRules { KeepingRules(settings: .object(run?.settings ?? [])) }

    private static var template: String { String(decoding: PackageResources.report_html, as: UTF8.self) }

    private var style: String {
        let parts = [PackageResources.report_css] + (review == nil ? [] : [PackageResources.review_css])
        return parts.map { String(decoding: $0, as: UTF8.self) }.joined()
    }

    private var script: String {
        let review = [
            PackageResources.decisions_js, PackageResources.editor_js, PackageResources.replace_js,
            PackageResources.merging_js, PackageResources.picture_js,
            PackageResources.review_js,
        ]
        let parts =
            [
                PackageResources.elements_js, PackageResources.query_js, PackageResources.charts_js,
                PackageResources.panels_js, PackageResources.similarities_js, PackageResources.cards_js,
                PackageResources.list_js,
            ] + (self.review == nil ? [] : review) + [PackageResources.main_js]
        return "\"use strict\";\n(() => {\n" + parts.map { String(decoding: $0, as: UTF8.self) }.joined() + "})();\n"
    }

    private func appendData(to html: inout Data) {
        var members = [
            JSONMember("title", .string(title)), JSONMember("rowCount", .integer(totalRowCount)),
            JSONMember("hasPictures", .bool(!thumbnailNumbers.isEmpty)),
            JSONMember("notes", .array(notes.map { .string($0) })),
        ]
        if let review { members.append(JSONMember("token", .string(review.token))) }
        if let run {
            members += [
                JSONMember("total", run.total.map { .integer($0) } ?? .null),
                JSONMember("settings", .object(run.settings)), JSONMember("sessions", .array(run.sessions)),
            ]
        }
        html.append(contentsOf: "{\"about\": \(JSONValue.object(members).harmless),\n\"rows\": [".utf8)
        let rules = rules
        for (number, row) in rows.enumerated() {
            let numbers = thumbnailNumbers.isEmpty ? [] : thumbnailNumbers[number]
            var value = row.json(number: number + 1, thumbnails: numbers, rules)
            if let review, row.line > 0, let members = value.members {
                value = .object(members + Self.members(of: row, review))
            }
            html.append(contentsOf: ((number > 0 ? ",\n" : "\n") + value.harmless).utf8)
        }
        html.append(contentsOf: "],\n\"thumbnails\": [".utf8)
        for (number, thumbnail) in thumbnails.enumerated() {
            html.append(contentsOf: ((number > 0 ? ",\n" : "\n") + thumbnail.json).utf8)
        }
        html.append(contentsOf: "]}".utf8)
    }

    /// What a page needs to edit a row.
    private static func members(of row: ReportRow, _ review: Review) -> [JSONMember] {
        let line = JSONMember("line", .integer(row.line))
        switch review.captions[row.line] {
        case .success(let captions): return [line, JSONMember("editable", .array(captions.map { .string($0) }))]
        case .failure(let error): return [line, JSONMember("fixed", .string("\(error)"))]
        case nil: return [line]
        }
    }

    private static func hash(_ text: String) -> String {
        "sha256-" + Data(SHA256.hash(data: Data(text.utf8))).base64EncodedString()
    }

}

extension JSONValue {
    /// As JSON for a script element of a page: with nothing that could end the element or begin a comment, nothing that
    /// is a line break to some parsers alone, and no number that JSON does not know.
    var harmless: String {
        var text = ""
        for scalar in withoutOddNumbers.json().unicodeScalars {
            switch scalar {
            case "<", ">", "&", "\u{2028}", "\u{2029}":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private var withoutOddNumbers: JSONValue {
        switch self {
        case .number: finite == nil ? .null : self
        case .array(let elements): .array(elements.map(\.withoutOddNumbers))
        case .object(let members): .object(members.map { JSONMember($0.key, $0.value.withoutOddNumbers) })
        default: self
        }
    }
}
