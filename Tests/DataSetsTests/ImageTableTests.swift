import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import CaptionerDataSets

/// Lists of images, read row by row.
struct ImageTableTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func items(_ source: any ItemSource, _ range: Range<Int>? = nil) throws -> [Item] {
        let reader = try source.items(range ?? 0..<source.count)
        var items: [Item] = []
        while let item = try reader.next() { items.append(item) }
        return items
    }

    private func table(_ text: String, as name: String = "t.csv", _ change: (inout ListFields) -> Void = { _ in })
        throws -> ImageTable
    {
        try folder.write(text, as: name)
        var fields = ListFields()
        change(&fields)
        return try ImageTable(FilePath(folder.path(name)), fields: fields)
    }

    @Test func pathsTextsAndIDs() throws {
        let table = try table(
            "\u{FEFF}id,text,image,x\r\n7,\"a \"\"b\"\", c\",a.jpg,\r\n\r\n8,\"two\nlines\",\"/b, c.png\"\n9\n"
        ) {
            $0.text = "text"
        }
        #expect(table.count == 3)
        let items = try items(table)
        #expect(items.map(\.name).prefix(2) == ["a.jpg", "/b, c.png"])
        #expect(items.map(\.index) == [0, 1, 2])
        #expect(items.prefix(2).map(\.listed?.text) == ["a \"b\", c", "two\nlines"])
        #expect(items.prefix(2).map { $0.id } == [.string("7"), .string("8")])
        #expect(items[0].pictures.first?.file == FilePath(folder.path("a.jpg")))
        #expect(items[1].pictures.first?.file == "/b, c.png")
        guard case .badLine(let message) = items[2].content else {
            Issue.record("a row without a path is an image")
            return
        }
        #expect(message == "line 6: its image is empty")
        #expect(try self.items(table, 1..<2).map(\.name) == ["/b, c.png"])
    }

    @Test func tabsAndOtherColumnsAndFolders() throws {
        let table = try table("filepath\ttitle\nx,y.jpg\tone \"two\"\n", as: "t.TSV") {
            ($0.path, $0.text, $0.folder) = ("filepath", "title", "/data")
        }
        let item = try #require(try items(table).first)
        #expect(item.pictures.first?.file == "/data/x,y.jpg")
        #expect(item.listed?.text == "one \"two\"")
    }

    @Test func namesThatAreNotUTF8() throws {
        try folder.write(Array("image\ncaf".utf8) + [0xE9] + Array(".jpg\ncafe\u{301}.jpg\n".utf8), as: "t.csv")
        let table = try ImageTable(FilePath(folder.path("t.csv")))
        #expect(
            try items(table).map { Array($0.name.utf8) } == ["caf%E9.jpg", "cafe\u{301}.jpg"].map { Array($0.utf8) })
        #expect(
            try items(table)[0].pictures.first?.file?.bytes.suffix(8)
                == Array("caf".utf8) + [0xE9] + Array(".jpg".utf8))
    }

    @Test(arguments: [
        ("", "it has no row with the names of columns"),
        ("a,b\nx,y\n", "it has no column image, but a, b; --path-column"),
        ("image\n\"open\n", "line 2: a quotation mark begins a cell that does not end"),
    ])
    func tablesThatAreNone(text: String, message: String) throws {
        #expect {
            _ = try table(text)
        } throws: {
            "\($0)".contains(message)
        }
    }

    @Test(arguments: [
        ("a,b", ["a", "b"]), ("\"a\"\"b\",", ["a\"b", ""]), ("a\"b\"", ["a\"b\""]), ("\"a\"b", ["ab"]),
        ("\"a,\nb\"", ["a,\nb"]),
        ("", [""]), ("\"\",x", ["", "x"]), ("\"a\" \"b\"", ["a \"b\""]),
    ])
    func cells(row: String, expected: [String]) {
        var parser = CellParser(separator: UInt8(ascii: ","))
        parser.add(Array(row.utf8))
        #expect(!parser.isQuoted)
        #expect(parser.cells.map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test func listsOfPaths() throws {
        try folder.write("\u{FEFF}a.jpg\r\n\n/b c.png\nfile:///c.png\nlast", as: "list")
        let list = try FileList(FilePath(folder.path("list")))
        let names = try items(list).map(\.name)
        #expect(names == ["a.jpg", "/b c.png", "file:///c.png", "last"])
        #expect(try items(list, 2..<3).first?.pictures.first?.file == "/c.png")
        try folder.write("a\nb\0c\r\0\0d", as: "list0")
        let nulls = try FileList(FilePath(folder.path("list0")), separator: 0, in: "/x")
        #expect(try items(nulls).map(\.name) == ["a\nb", "c\r", "d"])
        #expect(try items(nulls)[2].pictures.first?.file == "/x/d")
    }

    @Test(arguments: ["metadata.jsonl", "metadata.csv"]) func imageFolders(name: String) throws {
        let text =
            name.hasSuffix("csv")
            ? "file_name,text\nsub/a.jpg,one\n,two\n"
            : "{\"file_name\": \"sub/a.jpg\", \"text\": \"one\", \"w\": 1.50}\n{\"text\": \"two\"}\n"
        try folder.write(text, as: name)
        var fields = ListFields()
        fields.text = "text"
        let source = try ImageFolder(FilePath(folder.url.path), fields: fields)
        let items = try items(source)
        #expect(items.count == 2 && items[0].name == "sub/a.jpg" && items[0].listed?.text == "one")
        #expect(items[0].pictures.first?.file == FilePath(folder.path("sub/a.jpg")))
        guard case .badLine = items[1].content else {
            Issue.record("a row without a name is an image")
            return
        }
        #expect(throws: FileError.self) { try ImageFolder(FilePath("/")) }
    }

    @Test(
        arguments: [
            ("COCO_val2014_000000391895.jpg", nil, 391895), ("a/000000000009.jpg", nil, 9), ("12.jpg", "7", 7),
            ("a.jpg", "x", nil),
            ("7a.jpg", nil, nil), ("99999999999999999999.jpg", nil, nil), ("data:,12", nil, nil),
        ] as [(String, String?, Int?)])
    func numbersOfCOCO(name: String, id: String?, expected: Int?) {
        #expect(CocoResult.imageID(id: id.map { .string($0) }, name: name) == expected)
        if let expected { #expect(CocoResult.imageID(id: .integer(expected), name: "x") == expected) }
    }

    @Test func conversations() throws {
        let element = try JSONParser.parse(
            Array(
                #"{"id": 1, "image": "a.jpg", "x": 1.50, "conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "old"}]}"#
                    .utf8))
        #expect(
            Conversation(element).answered("new").element.json()
                == #"{"id": 1, "image": "a.jpg", "x": 1.50, "conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "new"}]}"#
        )
        #expect(Conversation(element).answers == ["old"])
    }
}
