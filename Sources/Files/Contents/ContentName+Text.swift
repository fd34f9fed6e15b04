extension ContentName {
    /// What a file of text is, or `nil` when it is none. Servers send text where an image was, and programs save it.
    package static func textName(_ sample: [UInt8]) -> String? {
        if sample.starts(with: [0xFF, 0xFE]) || sample.starts(with: [0xFE, 0xFF]) { return "text in UTF-16" }
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let body = sample.starts(with: byteOrderMark) ? sample.dropFirst(3) : sample[...]
        // A letter of several bytes may be cut at the end of the sample.
        let whole = body.count < sampleSize - 3 ? body : body.dropLast(body.reversed().prefix { $0 >= 0x80 }.count)
        guard let text = String(validating: whole, as: UTF8.self),
            text.unicodeScalars.allSatisfy({
                $0.value >= 0x20 && $0.value != 0x7F || "\t\n\r\u{C}".unicodeScalars.contains($0)
            })
        else { return nil }
        // In Base64 case makes a difference, elsewhere none.
        let start = text.drop(while: \.isWhitespace)
        if start.hasPrefix("/9j/") { return "a JPEG in Base64" }
        if start.hasPrefix("iVBORw0KGgo") { return "a PNG in Base64" }
        return markupName(start.lowercased()) ?? "text"
    }

    private static func markupName(_ start: String) -> String? {
        if start.hasPrefix("version https://git-lfs") { return "a Git LFS pointer, not the file it points to" }
        if start.hasPrefix("data:") { return "a data: address" }
        if start.hasPrefix("http/") { return "an HTTP response" }
        if start.hasPrefix("{") || start.hasPrefix("[") { return "JSON" }
        guard start.hasPrefix("<") else { return nil }
        if start.contains("<svg") || start.contains("<!doctype svg") { return "SVG" }
        if start.hasPrefix("<?php") { return "PHP" }
        if start.contains("<html") || start.contains("<!doctype html") || start.contains("<head") { return "HTML" }
        return start.hasPrefix("<?xml") ? "XML" : "HTML or XML"
    }
}
