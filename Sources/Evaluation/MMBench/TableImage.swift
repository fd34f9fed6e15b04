import CaptionerFiles
import Foundation

/// An image in a cell of a table, in Base64.
package struct TableImage: Sendable {
    /// The table, the row and the column.
    let name: String
    /// What is in the cell.
    let cell: Data

    /// The encoded image. White space is passed over; anything else that is not Base64 is an error, while Python's
    /// `b64decode` would leave it out and make another image of the rest.
    /// - Throws: `AnswerFailure`.
    func decoded() throws(AnswerFailure) -> Data {
        var padding = 0
        var digits: [UInt8] = []
        digits.reserveCapacity(cell.count)
        for (offset, byte) in [UInt8](cell).enumerated() {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"):
                guard padding == 0 else { throw failure("byte \(offset) follows its end") }
            case UInt8(ascii: "="): padding += 1
            case 0x20, 0x09, 0x0A, 0x0D: continue
            default: throw failure("byte \(offset) is 0x\(byte.hexadecimal)")
            }
            digits.append(byte)
        }
        guard !digits.isEmpty else { throw failure("it is empty") }
        guard digits.count % 4 == 0, padding <= 2, let image = Data(base64Encoded: Data(digits)) else {
            throw failure("\(digits.count - padding) digits and \(padding) = at the end; it may be cut off")
        }
        return image
    }

    private func failure(_ cause: String) -> AnswerFailure { AnswerFailure("\(name) is not Base64: \(cause)") }
}
