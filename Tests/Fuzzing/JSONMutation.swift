/// Changes to JSON that leave it JSON: bytes that change anywhere hardly ever do.
enum JSONMutation {
    private static let values = [
        "0", "1", "2", "3", "5", "7", "8", "-1", "16", "64", "100", "255", "1000", "4096", "65536", "131072", "1048576",
        "2147483647", "2147483648", "4294967296", "4611686018427387904", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "18446744073709551615", "0.5", "1e-45", "1e308", "1e999", "-0.0", "1e3", "null", "true",
        "false", "\"\"", "\" \"", "\"a\"", "\"\\u0120\"", "\"\\u0000\"", "\"</s>\"", "\"opt\"", "\"F32\"", "\"F16\"",
        "[]", "{}", "[0]", "[0,0]", "[1,2,3]", "{\"content\":\"b\",\"id\":1}",
    ].map { Array($0.utf8) }

    /// `input` with one scalar replaced, removed with its key, or put in another's place; `nil` when it has none.
    static func mutated(_ input: [UInt8], using generator: inout some RandomNumberGenerator) -> [UInt8]? {
        let scalars = scalars(input)
        guard let chosen = scalars.randomElement(using: &generator) else { return nil }
        let replacement: [UInt8]
        switch UInt8.random(in: 0..<4, using: &generator) {
        case 0: replacement = scalars.randomElement(using: &generator).map { Array(input[$0]) } ?? []
        case 1: replacement = neighbour(input[chosen], using: &generator)
        default: replacement = values.randomElement(using: &generator) ?? []
        }
        return Array(input[..<chosen.lowerBound]) + replacement + input[chosen.upperBound...]
    }

    /// A number close to a number.
    private static func neighbour(
        _ scalar: ArraySlice<UInt8>, using generator: inout some RandomNumberGenerator
    ) -> [UInt8] {
        guard let number = Int(String(decoding: scalar, as: UTF8.self)) else { return Array("null".utf8) }
        let changed = [number &+ 1, number &- 1, number &* 2, number / 2, 0 &- number]
        return Array("\(changed.randomElement(using: &generator) ?? 0)".utf8)
    }

    /// Where strings, numbers and literals are.
    private static func scalars(_ input: [UInt8]) -> [Range<Int>] {
        let punctuation = Set(" \n\r\t,:[]{}\"".utf8)
        var ranges: [Range<Int>] = []
        var position = 0
        while position < input.count {
            let start = position
            if input[position] == UInt8(ascii: "\"") {
                position += 1
                while position < input.count, input[position] != UInt8(ascii: "\"") {
                    position += input[position] == UInt8(ascii: "\\") ? 2 : 1
                }
                position = min(position + 1, input.count)
            } else if punctuation.contains(input[position]) {
                position += 1
                continue
            } else {
                while position < input.count, !punctuation.contains(input[position]) { position += 1 }
            }
            ranges.append(start..<position)
        }
        return ranges
    }
}
