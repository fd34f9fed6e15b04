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
        ("a\u{1B}[2Jb\n", "it has no column image, but a\\u{1B}[2Jb;"),
        ("\0i\0m\0a\0g\0e\0\n", "it is text in UTF-16 or UTF-32; save it as UTF-8"),
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

    @Test(
        arguments: [
            ("a.jpg\nb\0c\n", UInt8(ascii: "\n"), "line 2 has a NUL, which no path can have; -0 reads"),
            ("\u{1F}\u{8B}", UInt8(ascii: "\n"), nil), ("GIF89a\0x", 0, nil),
            ("BZhang/a.jpg\n", UInt8(ascii: "\n"), nil),
            ("GIF89a\u{1}\0x", UInt8(ascii: "\n"), "it looks like GIF"), ("GIF89a\u{1}\0x", 0, "it looks like GIF"),
            ("a\0\n\0", UInt8(ascii: "\n"), "it is text in UTF-16"), ("a\0b\0", 0, nil),
        ] as [(String, UInt8, String?)])
    func listsThatAreNone(text: String, separator: UInt8, message: String?) throws {
        try folder.write(text, as: "list")
        let path = FilePath(folder.path("list"))
        guard let message else {
            _ = try FileList(path, separator: separator)
            return
        }
        #expect {
            _ = try FileList(path, separator: separator)
        } throws: {
            "\($0)".contains(message)
        }
    }

    @Test func linesOfImageFolders() throws {
        let values = [#""""#, "7", "[1]", "null"]
        let names = values.map { "\n{\"file_name\": \($0)}\n" } + ["\n{}", "\nx"]
        try folder.write(names.joined(), as: "metadata.jsonl")
        let items = try items(try ImageFolder(FilePath(folder.url.path)))
        let messages = items.map { if case .badLine(let message) = $0.content { message } else { "" } }
        #expect(
            messages.prefix(5) == [
                #"line 2: its "file_name" is empty"#, #"line 4: its "file_name" is 7, expected a path"#,
                #"line 6: its "file_name" is an array, expected a path"#,
                #"line 8: its "file_name" is null, expected a path"#,
                #"line 10: it has no "file_name""#,
            ])
        #expect(messages.last?.hasPrefix("line 11: ") == true)
        #expect {
            _ = try ImageFolder(FilePath(folder.path("metadata.jsonl")))
        } throws: {
            "\($0)".contains("it is a file, and imagefolder reads the folder")
        }
        #expect(
            try DataSet(path: folder.path("metadata.jsonl")).notes.first?.contains("--input-format imagefolder") == true
        )
    }

    @Test func textsOfImageFolders() throws {
        let texts = [#""a""#, #"["b"]"#, #"["b", "c"]"#, "7"]
        try folder.write(texts.map { "{\"file_name\": \"a.jpg\", \"text\": \($0)}\n" }.joined(), as: "metadata.jsonl")
        var fields = ListFields()
        fields.text = "text"
        let source = try ImageFolder(FilePath(folder.url.path), fields: fields)
        #expect(try items(source).map { $0.listed?.text } == ["a", "b", "", ""])
        fields.text = "caption"
        #expect {
            _ = try ImageFolder(FilePath(folder.url.path), fields: fields)
        } throws: {
            "\($0)".contains("it has no column caption, but file_name, text; --text-column names another")
        }
    }

    @Test func textsBesideImagesAreNotPassedOver() throws {
        for name in ["a.jpg", "a.txt", "b.txt", "sub/c.png", "sub/c.txt", "sub/a.txt"] {
            try folder.write("", as: "in/\(name)")
        }
        func passedOver(_ ending: String?) throws -> [String] {
            let list = try ImageList(inputs: [GivenPath(folder.path("in"))], textEnding: ending.map { Array($0.utf8) })
            let paths = try list.passedOver().map {
                String(decoding: $0.dropFirst(folder.path("in").utf8.count + 1), as: UTF8.self)
            }
            #expect(list.notes == ["\(paths.count) files passed over, not an image by name"])
            return paths
        }
        #expect(try passedOver(".txt") == ["b.txt", "sub/a.txt"])
        #expect(try passedOver(nil).count == 4)
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
            ("7a.jpg", nil, nil), ("a.jpg", "-3", -3), ("5.jpg", "99999999999999999999", nil),
            ("99999999999999999999.jpg", nil, nil), ("data:,12", nil, nil),
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
