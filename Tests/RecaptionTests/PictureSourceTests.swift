import Captioner
import CaptionerJSON
import Foundation
import SystemPackage
import Testing

@testable import CaptionerRecaption

@Suite struct PictureSourceTests {
    private func decoded(_ address: String) throws -> String {
        guard case .data(let address) = PictureSource(address) else { return "no data address" }
        return String(decoding: try address.decoded(), as: UTF8.self)
    }

    @Test func addressesWithTheirData() throws {
        #expect(try decoded("data:image/png;base64,QUJD") == "ABC")
        #expect(try decoded("DATA:image/png;BASE64,QUJ%44") == "ABC")
        #expect(try decoded("data:,a%20b,c") == "a b,c")
        #expect(try decoded("data:;base64x,QUJD") == "QUJD")
    }

    /// A combining mark makes one character with the comma that it follows.
    @Test func addressesAreBytes() throws {
        #expect(throws: CaptionFailure.self) { try decoded("data:image/png;base64,\u{301}QUJD") }
        #expect(try decoded("data:;base64\u{301},QUJD") == "QUJD")
    }

    @Test(arguments: ["%-0", "%+1", "%0", "%", "%zz", "% 1", "%1\u{301}"])
    func percentSignsNeedTwoDigits(text: String) {
        #expect(throws: CaptionFailure.self) { try decoded("data:,\(text)") }
        // Of a file it is the name.
        #expect(PictureSource("file:/\(text)") == .file(FilePath("/\(text)")))
    }

    /// Nothing is decoded until the picture is needed.
    @Test func aSampleWithABadAddressHasItsRows() throws {
        let address = "data:image/png;base64,****"
        let sample = try Sample(
            line: Array(#"{"text": "<__dj__image>", "images": ["\#(address)"]}"#.utf8), fields: .init(), folder: "/")
        let task = sample.captionTask(for: address, nil)
        #expect(task.source == .data(DataAddress(address)))
        let message = "cannot read \(address): a data address that is not Base64"
        #expect(throws: CaptionFailure(stage: .read, message: message)) {
            try DataAddress(address).decoded()
        }
    }
}
