import Captioner
import CaptionerJSON
import Foundation
import SystemPackage
import Testing

@testable import CaptionerDataSets

@Suite struct PictureSourceTests {
    private func decoded(_ address: String) throws -> String {
        let picture = PictureReference.source(of: address)
        return picture is DataAddress ? String(decoding: try picture.bytes(), as: UTF8.self) : "no data address"
    }

    @Test func addressesWithTheirData() throws {
        #expect(try decoded("data:image/png;base64,QUJD") == "ABC")
        #expect(try decoded("DATA:image/png;BASE64,QUJ%44") == "ABC")
        #expect(try decoded("data:,a%20b,c") == "a b,c")
        #expect(try decoded("data:;base64x,QUJD") == "QUJD")
    }

    /// A combining mark makes one character with the comma that it follows.
    @Test func addressesAreBytes() throws {
        #expect(throws: ItemFailure.self) { try decoded("data:image/png;base64,\u{301}QUJD") }
        #expect(try decoded("data:;base64\u{301},QUJD") == "QUJD")
    }

    @Test(arguments: ["%-0", "%+1", "%0", "%", "%zz", "% 1", "%1\u{301}"])
    func percentSignsNeedTwoDigits(text: String) {
        #expect(throws: ItemFailure.self) { try decoded("data:,\(text)") }
        // Of a file it is the name.
        #expect(PictureReference.source(of: "file:/\(text)").file == FilePath("/\(text)"))
    }

    /// Nothing is decoded until the image is needed.
    @Test func aSampleWithABadAddressHasItsRows() throws {
        let address = "data:image/png;base64,****"
        let sample = try Sample(
            line: Array(#"{"text": "<__dj__image>", "images": ["\#(address)"]}"#.utf8), fields: .init(), folder: "/")
        let task = sample.captionTask(for: address, at: 0, nil)
        #expect(task.picture as? DataAddress == DataAddress(address))
        let message = "cannot read \(address): a data address that is not Base64"
        #expect(throws: ItemFailure(stage: .read, message: message)) {
            try DataAddress(address).bytes()
        }
    }
}
