import Captioner
import CaptionerDataSets
import CaptionerFiles
import CaptionerJSON
import Foundation
import SystemPackage

/// What a line asks for: `{"image": PATH}` or `{"image_base64": "..."}`, with `"prompt"` (a text), which takes the
/// place of the options' prompt, and `"id"` (any value) if wanted.
///
/// Null means a member that is not there, but for an id. Of members with one name the last holds; others have no effect.
struct WorkerRequest {
    /// The id's JSON text, byte for byte.
    var id: String?
    /// The image as the line has it; nil for bytes.
    var path: String?
    /// What has to be captioned, or why the line is no request.
    var request: Result<CaptionRequest, ItemFailure>

    /// - Parameter number: the line's, from 1.
    init(_ line: InputLine, number: Int) {
        func failed(_ cause: String) -> Result<CaptionRequest, ItemFailure> {
            .failure(ItemFailure(stage: .request, message: "line \(number): \(cause)"))
        }
        let bytes: [UInt8]
        switch line {
        case .bytes(let line): bytes = line
        case .tooLong(let limit):
            request = failed("longer than \(limit) bytes")
            return
        }
        guard !bytes.isBlank else {
            request = failed("blank")
            return
        }
        do {
            let (members, ranges, _) = try JSONParser.parseObject(bytes)
            if let index = members.lastIndex(where: { $0.key == "id" }) {
                id = String(decoding: bytes[ranges[index]], as: UTF8.self)
            }
            let prompt = try Self.text("prompt", of: members)
            let path = try Self.text("image", of: members)
            let encoded = try Self.text("image_base64", of: members)
            switch (path, encoded) {
            case (let path?, nil):
                guard !path.isEmpty, !path.utf8.contains(0) else { throw Flaw("image is no path") }
                self.path = path.pictureName
                let picture = PictureReference.source(of: path)
                request = Result { () throws(ItemFailure) in
                    // Files are read when their batch is prepared.
                    if let file = picture.file { return CaptionRequest(image: .file(file.url), prompt: prompt) }
                    return CaptionRequest(image: .data(try picture.bytes()), prompt: prompt)
                }
            case (nil, let encoded?):
                guard let data = Data(base64Encoded: encoded) else { throw Flaw("image_base64 is not Base64") }
                request = .success(CaptionRequest(image: .data(data), prompt: prompt))
            case (nil, nil): throw Flaw("neither image nor image_base64")
            default: throw Flaw("both image and image_base64")
            }
        } catch {
            // Somebody may think that - means a list.
            let isPath =
                error is JSONError && !["{", "[", "\""].contains(bytes.first.map { Character(Unicode.Scalar($0)) })
            request = failed("\(error)\(isPath ? "; --files-from - captions a list of paths" : "")")
        }
    }

    private static func text(_ name: String, of members: [JSONMember]) throws(Flaw) -> String? {
        guard let value = members.value(of: name), !value.isNull else { return nil }
        if case .illFormedString = value { throw Flaw("\(name) is \(value.kind), which is no character") }
        guard let text = value.text else { throw Flaw("\(name) is not a string") }
        return text
    }

    private struct Flaw: Error, CustomStringConvertible {
        let description: String

        init(_ description: String) { self.description = description }
    }
}
