/// A table as an Excel file (Office Open XML) of one sheet.
struct Spreadsheet {
    enum Cell {
        case number(Int)
        /// - Parameter isShortened: whether it was longer than Excel takes.
        case text(String, isShortened: Bool)

        /// What a cell can hold of a text.
        init(_ text: String) {
            var result = String.UnicodeScalarView()
            var isAfterReturn = false
            var length = 0
            for scalar in text.unicodeScalars {
                defer { isAfterReturn = scalar == "\r" }
                guard Self.isAllowed(scalar), !(isAfterReturn && scalar == "\n") else { continue }
                length += scalar.value > 0xFFFF ? 2 : 1
                guard length <= Spreadsheet.textLimit else {
                    self = .text(String(result), isShortened: true)
                    return
                }
                result.append(scalar == "\r" ? "\n" : scalar)
            }
            self = .text(String(result), isShortened: false)
        }

        var isShortened: Bool { if case .text(_, let isShortened) = self { isShortened } else { false } }

        /// Whether it is allowed in XML.
        private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.value {
            case 0x09, 0x0A, 0x0D: true
            case 0..<0x20, 0xFFFE, 0xFFFF: false
            default: true
            }
        }
    }

    /// How many UTF-16 units Excel takes in a cell.
    static let textLimit = 32_767

    var rows: [[Cell]]

    /// The file. Equal tables give equal bytes.
    func xlsx(named name: String) throws -> [UInt8] {
        var archive = ZipArchive()
        for (path, text) in Self.frame(name) { try archive.add(path, Array(text.utf8)) }
        try archive.add("xl/worksheets/sheet1.xml", sheet)
        return try archive.bytes()
    }

    private static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    private static let packages = "http://schemas.openxmlformats.org/package/2006"
    private static let type = "application/vnd.openxmlformats-officedocument.spreadsheetml"

    /// All files but the sheet itself.
    private static func frame(_ name: String) -> [(path: String, text: String)] {
        [
            (
                "[Content_Types].xml",
                declaration + "<Types xmlns=\"\(packages)/content-types\">"
                    + "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                    + "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
                    + "<Override PartName=\"/xl/workbook.xml\" ContentType=\"\(type).sheet.main+xml\"/>"
                    + "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"\(type).worksheet+xml\"/></Types>"
            ),
            ("_rels/.rels", relationships("officeDocument", "xl/workbook.xml")),
            (
                "xl/workbook.xml",
                declaration + "<workbook xmlns=\"\(main)\" xmlns:r=\"\(office)\"><sheets>"
                    + "<sheet name=\"\(name)\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
            ("xl/_rels/workbook.xml.rels", relationships("worksheet", "worksheets/sheet1.xml")),
        ]
    }

    private static func relationships(_ kind: String, _ target: String) -> String {
        declaration + "<Relationships xmlns=\"\(packages)/relationships\">"
            + "<Relationship Id=\"rId1\" Type=\"\(office)/\(kind)\" Target=\"\(target)\"/></Relationships>"
    }

    private var sheet: [UInt8] {
        var text = Self.declaration + "<worksheet xmlns=\"\(Self.main)\"><sheetData>"
        for (number, row) in rows.enumerated() {
            text += "<row r=\"\(number + 1)\">"
            for (column, cell) in row.enumerated() {
                let place = "\(Self.name(ofColumn: column))\(number + 1)"
                switch cell {
                case .number(let value): text += "<c r=\"\(place)\"><v>\(value)</v></c>"
                // An empty text is no cell, as openpyxl has it.
                case .text("", _): continue
                case .text(let value, _):
                    text += "<c r=\"\(place)\" t=\"inlineStr\"><is><t xml:space=\"preserve\">"
                    for scalar in value.unicodeScalars {
                        switch scalar {
                        case "&": text += "&amp;"
                        case "<": text += "&lt;"
                        case ">": text += "&gt;"
                        default: text.unicodeScalars.append(scalar)
                        }
                    }
                    text += "</t></is></c>"
                }
            }
            text += "</row>"
        }
        return Array((text + "</sheetData></worksheet>").utf8)
    }

    /// `A` to `Z`, `AA` and so on.
    static func name(ofColumn column: Int) -> String {
        var name = ""
        var rest = column + 1
        while rest > 0 {
            rest -= 1
            name = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(rest % 26))) + name
            rest /= 26
        }
        return name
    }
}
