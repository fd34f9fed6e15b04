import Captioner
import CaptionerDemoModel
import CaptionerJSON
import Foundation
import TestSupport
import Testing

@testable import CaptionerServing

/// Bodies of requests as clients send them, and bodies that are none.
@Suite struct RequestBodyTests {
    private let picture: Data
    private let limits = ServiceLimits()

    init() throws { picture = try Data(contentsOf: Fixtures.pictures.appending(path: "easy-vqa-000.png")) }

    private var address: String { "data:image/png;base64,\(picture.base64EncodedString())" }

    private func caption(
        _ body: Data, type: String? = nil, query: [(name: String, text: String)] = []
    ) throws -> CaptionBody {
        try CaptionBody(
            body, type: type, query: query, options: Captioner.GenerationOptions(maxNewTokens: 7), limits: limits)
    }

    private func chat(_ json: String, converses: Bool = false) throws -> ChatBody {
        try ChatBody(
            Data(json.utf8), options: Captioner.GenerationOptions(), chatPrompt: .standard, converses: converses,
            limits: limits)
    }

    private func message(_ parts: String, _ rest: String = "") -> String {
        "{\"messages\": [{\"role\": \"user\", \"content\": [\(parts)]}]\(rest)}"
    }

    private var imagePart: String { "{\"type\": \"image_url\", \"image_url\": {\"url\": \"\(address)\"}}" }

    private func form(_ parts: [(headers: String, content: Data)], boundary: String = "x-1") -> Data {
        var body = Data()
        for part in parts {
            body += Data("--\(boundary)\r\n\(part.headers)\r\n\r\n".utf8) + part.content + Data("\r\n".utf8)
        }
        return body + Data("--\(boundary)--\r\n".utf8)
    }

    // MARK: Captions

    /// curl's --data-binary claims a form.
    @Test(arguments: [nil, "application/x-www-form-urlencoded", "image/jpeg", "application/json"])
    func rawBytesAreAnImageWhateverTheType(_ type: String?) throws {
        let body = try caption(picture, type: type, query: [("max_new_tokens", "9"), ("prompt", "a photo of")])
        #expect(body.call.options.maxNewTokens == 9 && body.call.prompt == "a photo of" && !body.isQuestion)
        guard case .data(let data) = body.call.image else { throw CancellationError() }
        #expect(data == picture)
    }

    @Test func formsHaveAFileAndFields() throws {
        let file =
            "Content-Disposition: form-data; name=\"image\"; filename=\"a \\\"b\\\"; c.png\"\r\nContent-Type: image/png"
        let body = form([
            ("content-disposition: form-data; name=num_beams", Data("3".utf8)), (file, picture),
            ("Content-Disposition: form-data; name=\"do_sample\"", Data("true".utf8)),
        ])
        for type in ["multipart/form-data; boundary=x-1", "Multipart/Form-Data; charset=utf-8; boundary=\"x-1\""] {
            let found = try caption(body, type: type)
            #expect(found.call.options.numBeams == 3 && found.call.options.doSample)
            guard case .data(let data) = found.call.image else { throw CancellationError() }
            #expect(data == picture)
        }
        for cut in [10, body.count / 2, body.count - 5] {
            #expect(throws: ServiceError.self) {
                try caption(body.prefix(cut), type: "multipart/form-data; boundary=x-1")
            }
        }
        #expect(throws: ServiceError.self) { try caption(form([]), type: "multipart/form-data; boundary=x-1") }
    }

    /// Every cut and every changed byte is a form or an error.
    @Test func damagedFormsAreErrors() throws {
        let whole = form([("Content-Disposition: form-data; name=\"image\"; filename=a", Data("content".utf8))])
        var random = SplitMix64(seed: 3)
        for cut in 0...whole.count { _ = try? MultipartForm(whole.prefix(cut), boundary: "x-1") }
        for _ in 0..<2000 {
            var damaged = whole
            damaged[Int(random.next() % UInt64(whole.count))] = UInt8(truncatingIfNeeded: random.next())
            _ = try? MultipartForm(damaged, boundary: "x-1")
        }
        let parts = try MultipartForm(whole, boundary: "x-1").parts
        #expect(parts.map(\.content) == [Data("content".utf8)] && parts[0].isFile && parts[0].name == "image")
    }

    @Test func huggingFacesJSON() throws {
        let json =
            "{\"inputs\": \"\(picture.base64EncodedString())\", \"parameters\": {\"max_new_tokens\": 5, \"num_beams\": 2, \"generate_kwargs\": {\"seed\": 4}}}"
        let body = try caption(Data(json.utf8), type: "application/json")
        #expect(body.call.options.maxNewTokens == 5 && body.call.options.numBeams == 2 && body.call.options.seed == 4)
        let question = "{\"inputs\": {\"question\": \"what is it?\", \"image\": \"\(address)\"}}"
        let asked = try caption(Data(question.utf8))
        #expect(asked.isQuestion && asked.call.prompt == "what is it?")
        // As its client sends it.
        let encoded = picture.base64EncodedString()
        let sent = "{\"inputs\": \"\(encoded)\", \"question\": \"what?\", \"image\": \"\(encoded)\"}"
        let question2 = try caption(Data(sent.utf8))
        #expect(question2.isQuestion && question2.call.prompt == "what?")
    }

    @Test(arguments: [
        ("", 400), ("hello", 415), ("<!DOCTYPE html><html>", 415), ("{", 400), ("{}", 400), ("{\"inputs\": 3}", 400),
        ("{\"inputs\": \"%%%\"}", 400), ("{\"inputs\": \"http://127.0.0.1/a.png\"}", 400),
        ("{\"inputs\": \"file:///etc/passwd\"}", 400), ("{\"inputs\": \"aGVsbG8=\"}", 415),
        ("\u{89}PNG", 415),
    ]) func whatIsNoImage(_ body: String, _ status: Int) {
        let error = #expect(throws: ServiceError.self) { try caption(Data(body.utf8)) }
        #expect(error?.status == status, "\(body): \(error?.message ?? "")")
    }

    @Test func kindsOfBase64() throws {
        let encoded = picture.base64EncodedString()
        let urlSafe = encoded.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        let lines = encoded.replacing(/.{76}/) { "\($0.output)\r\n" }
        for text in [encoded, urlSafe, lines, address, "DATA:image/png;BASE64,\(urlSafe)"] {
            #expect(try CaptionCall.bytes(text, field: "x") == picture)
        }
        for text in ["", "a", "a*==", "data:image/png,abc", "data:image/png;base64", "c:\\a", "https://a/b"] {
            #expect(throws: ServiceError.self, "\(text)") { try CaptionCall.bytes(text, field: "x") }
        }
    }

    @Test func damagedAndLargeImages() throws {
        #expect(throws: ServiceError.self) { try caption(picture.prefix(20)) }
        var limits = limits
        limits.pixelCount = 100
        let error = #expect(throws: ServiceError.self) {
            try CaptionBody(picture, type: nil, query: [], options: .init(), limits: limits)
        }
        #expect(error?.status == 413)
    }

    @Test(arguments: [
        ("num_beams", "0"), ("num_beams", "17"), ("num_return_sequences", "2"), ("top_p", "2"), ("max_new_tokens", "x"),
        ("max_new_tokens", "1.5"), ("max_new_tokens", "0"), ("do_sample", "maybe"), ("temperature", "-1"),
        ("seed", "1e300"),
    ]) func optionsOutOfRange(_ name: String, _ value: String) {
        let error = #expect(throws: ServiceError.self) { try caption(picture, query: [(name, value)]) }
        #expect(error?.status == 400)
        #expect(error?.message.contains(name) == true, "\(error?.message ?? "")")
        #expect(error?.json["error"]?["param"] == .string(name))
    }

    /// Who asks for many tokens gets as many as there may be.
    @Test func lengthsAreCut() throws {
        let body = try caption(picture, query: [("max_new_tokens", "100000"), ("min_new_tokens", "90000")])
        #expect(body.call.options.maxNewTokens == limits.newTokens)
        #expect(body.call.options.minNewTokens == limits.newTokens)
    }

    // MARK: Chats

    @Test func chatsAreGreedyUnlessAsked() throws {
        for rest in ["", ", \"temperature\": 0", ", \"temperature\": 0.0, \"seed\": 3, \"n\": 1, \"tools\": []"] {
            let body = try chat(message(imagePart, rest))
            #expect(!body.call.options.doSample && body.call.prompt == nil && !body.isStreamed)
        }
        let sampled = try chat(
            message(imagePart, ", \"temperature\": 0.5, \"seed\": 3, \"top_p\": 0.9, \"n\": 2, \"max_tokens\": 4"))
        var expected = Captioner.GenerationOptions(maxNewTokens: 4)
        (expected.doSample, expected.temperature, expected.seed, expected.topP, expected.topK) = (true, 0.5, 3, 0.9, 0)
        expected.numReturnSequences = 2
        #expect(sampled.call.options == expected)
    }

    @Test func textIsAskedWithTheChatPrompt() throws {
        let text = "{\"type\": \"text\", \"text\": \" what is it? \"}"
        let body = try chat(
            message("\(text), \(imagePart)", ", \"stream\": true, \"stream_options\": {\"include_usage\": true}"))
        #expect(body.call.prompt == "Question: what is it? Answer:" && body.isStreamed && body.includesUsage)
        let asked = try chat(message("\(imagePart), \(text)"), converses: true)
        #expect(asked.call.prompt == "what is it?" && asked.call.conversation == nil)
        for (given, expected) in [
            ("raw", "what is it?"), ("ignore", nil), ("Q: {}!", "Q: what is it?!"),
        ] as [(String, String?)] {
            let chatPrompt = try #require(ChatPrompt(given))
            #expect(chatPrompt.description == given)
            let body = try ChatBody(
                Data(message("\(text), \(imagePart)").utf8), options: .init(), chatPrompt: chatPrompt, converses: false,
                limits: limits)
            #expect(body.call.prompt == expected)
        }
        #expect(ChatPrompt("none") == nil)
    }

    @Test func conversationsAreTurns() throws {
        let json = """
            {"messages": [{"role": "system", "content": "be brief"},
            {"role": "user", "content": [\(imagePart), {"type": "text", "text": "what?"}]},
            {"role": "assistant", "content": "a dog"}, {"role": "user", "content": "where?"}]}
            """
        let turns = try chat(json, converses: true).call.conversation
        #expect(turns == [ConversationTurn("what?", answer: "a dog"), ConversationTurn("where?")])
        #expect(throws: ServiceError.self) { try chat(json) }
    }

    @Test(arguments: [
        "{\"messages\": []}", "{\"messages\": 3}", "{\"messages\": [3]}", "{}", "[]", "{\"messages\": [{}]}",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}",
        "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"image_url\", \"image_url\": {\"url\": \"https://a.b/c.png\"}}]}]}",
        "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"input_audio\"}]}]}",
        "{\"messages\": [{\"role\": \"assistant\", \"content\": \"hello\"}]}",
    ]) func whatIsNoChat(_ json: String) {
        let error = #expect(throws: ServiceError.self) { try chat(json) }
        #expect(error?.status == 400)
    }

    @Test(arguments: [
        ", \"tools\": [{}]", ", \"response_format\": {\"type\": \"json_object\"}", ", \"n\": 2", ", \"stop\": [\".\"]",
        ", \"max_tokens\": 0", ", \"logprobs\": true", ", \"temperature\": \"hot\"", ", \"modalities\": [\"audio\"]",
        ", \"stream\": true, \"num_beams\": 3", ", \"presence_penalty\": 1",
    ]) func whatChatsCannotHave(_ rest: String) {
        let error = #expect(throws: ServiceError.self) { try chat(message(imagePart, rest)) }
        #expect(error?.status == 400)
    }

    @Test func chatsMayHaveSeveralImages() throws {
        func images(_ count: Int) -> String { [String](repeating: imagePart, count: count).joined(separator: ", ") }
        #expect(try chat(message(images(16))).call.furtherImages.count == 15)
        let error = #expect(throws: ServiceError.self) { try chat(message(images(17))) }
        #expect(error?.status == 400)
    }

    // MARK: Scores and embeddings

    @Test func scoresAndEmbeddings() throws {
        let score = try ScoreBody(
            Data("{\"image\": \"\(address)\", \"texts\": [\"a\", \"b\"]}".utf8), type: nil, limits: limits)
        #expect(score.texts == ["a", "b"])
        let parts = form([
            ("Content-Disposition: form-data; name=\"f\"; filename=\"f\"", picture),
            ("Content-Disposition: form-data; name=\"texts\"", Data("a".utf8)),
            ("Content-Disposition: form-data; name=\"texts\"", Data("b".utf8)),
        ])
        #expect(try ScoreBody(parts, type: "multipart/form-data; boundary=x-1", limits: limits).texts == ["a", "b"])
        for json in [
            "{\"texts\": [\"a\"]}", "{\"image\": \"\(address)\"}", "{\"image\": \"\(address)\", \"texts\": [3]}",
        ] {
            #expect(throws: ServiceError.self) { try ScoreBody(Data(json.utf8), type: nil, limits: limits) }
        }
        let items = try EmbeddingBody(
            Data(
                "{\"input\": [\"a\", \"\(address)\", {\"image\": \"\(address)\"}], \"encoding_format\": \"base64\"}"
                    .utf8),
            limits: limits)
        #expect(items.items.count == 3 && items.isBase64)
        let value = items.json([[1, -0.5]], tokenCount: 3, model: "m")["data"]?.elements?.first?["embedding"]?.text
        #expect(value.flatMap { Data(base64Encoded: $0) } == Data([0, 0, 0x80, 0x3F, 0, 0, 0, 0xBF]))
        for json in ["{}", "{\"input\": []}", "{\"input\": [3]}", "{\"input\": \"a\", \"dimensions\": 3}"] {
            #expect(throws: ServiceError.self) { try EmbeddingBody(Data(json.utf8), limits: limits) }
        }
    }
}
