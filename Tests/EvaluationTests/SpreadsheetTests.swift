import CaptionerFiles
import CaptionerZlib
import Testing

@testable import CaptionerEvaluation

@Suite struct SpreadsheetTests {
    /// The entries of a ZIP file by its directory, inflated; their checksums are checked.
    private func entries(_ bytes: [UInt8]) throws -> [(name: String, text: String)] {
        func number(_ offset: Int, _ count: Int) -> Int {
            (0..<count).reversed().reduce(0) { $0 << 8 | Int(bytes[offset + $1]) }
        }
        let end = bytes.count - 22
        try #require(number(end, 4) == 0x0605_4B50)
        var entries: [(name: String, text: String)] = []
        var place = number(end + 16, 4)
        for _ in 0..<number(end + 10, 2) {
            try #require(number(place, 4) == 0x0201_4B50 && number(place + 10, 2) == 8)
            let (size, nameLength, start) = (number(place + 24, 4), number(place + 28, 2), number(place + 42, 4))
            let name = String(decoding: bytes[(place + 46)..<(place + 46 + nameLength)], as: UTF8.self)
            try #require(number(start, 4) == 0x0403_4B50)
            // What both headers say is the same.
            #expect(bytes[(start + 4)..<(start + 30)] == bytes[(place + 6)..<(place + 32)])
            let data = start + 30 + nameLength
            let text = try inflated(Array(bytes[data..<(data + number(place + 20, 4))]), size: size)
            var checksum = FilePrefix()
            checksum.add(text)
            #expect(Int(checksum.checksum) == number(place + 16, 4))
            entries.append((name, String(decoding: text, as: UTF8.self)))
            place += 46 + nameLength
        }
        #expect(place == end && number(end + 12, 4) == end - number(end + 16, 4))
        return entries
    }

    private func inflated(_ data: [UInt8], size: Int) throws -> [UInt8] {
        var (data, result) = (data, [UInt8](repeating: 0, count: size))
        var stream = z_stream()
        try #require(inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { inflateEnd(&stream) }
        let status = data.withUnsafeMutableBufferPointer { input in
            result.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return inflate(&stream, Z_FINISH)
            }
        }
        #expect(status == Z_STREAM_END && stream.avail_in == 0 && stream.avail_out == 0)
        return result
    }

    @Test func cellsAreWritten() throws {
        let sheet = Spreadsheet(rows: [[.number(-7), .init(" <a&b> \n"), .init(""), .init("x")], [], [.init("é🙂")]])
        let bytes = try sheet.xlsx(named: "Sheet1")
        let entries = try entries(bytes)
        #expect(
            entries.map(\.name) == [
                "[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
                "xl/worksheets/sheet1.xml",
            ])
        #expect(
            entries[4].text.hasSuffix(
                """
                <sheetData><row r="1"><c r="A1"><v>-7</v></c><c r="B1" t="inlineStr"><is><t xml:space="preserve"> \
                &lt;a&amp;b&gt; \n</t></is></c><c r="D1" t="inlineStr"><is><t xml:space="preserve">x</t></is></c></row>\
                <row r="2"></row><row r="3"><c r="A3" t="inlineStr"><is><t xml:space="preserve">é🙂</t></is></c></row>\
                </sheetData></worksheet>
                """))
        #expect(entries[2].text.contains("<sheet name=\"Sheet1\" "))
        #expect(try sheet.xlsx(named: "Sheet1") == bytes)
    }

    @Test func whatNoCellCanHoldIsLeftOut() {
        func text(_ text: String) -> String? {
            if case .text(let text, false) = Spreadsheet.Cell(text) { text } else { nil }
        }
        #expect(text("a\u{0}\u{1B}b\u{FFFE}\u{FFFF}c\t") == "abc\t")
        // By scalars, in which Swift's CR LF is two.
        #expect(text("a\r\nb\rc\n\r\n").map { Array($0.utf8) } == Array("a\nb\nc\n\n".utf8))
        #expect(text("a\r\u{0}\nb").map { Array($0.utf8) } == Array("a\n\nb".utf8))
    }

    @Test func textsEndAtTheLimit() {
        let limit = Spreadsheet.textLimit
        for (given, kept, isShortened) in [
            (String(repeating: "x", count: limit), limit, false),
            (String(repeating: "x", count: limit + 1), limit, true),
            // A character of two units is not halved.
            (String(repeating: "🙂", count: limit), limit - 1, true),
        ] {
            guard case .text(let text, let found) = Spreadsheet.Cell(given) else { continue }
            #expect(text.utf16.count == kept && found == isShortened)
        }
    }

    @Test(arguments: [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")])
    func columnsHaveLetters(column: Int, name: String) {
        #expect(Spreadsheet.name(ofColumn: column) == name)
    }
}
