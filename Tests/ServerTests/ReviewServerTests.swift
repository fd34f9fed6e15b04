#if Server
    import CaptionerFiles
    import CaptionerJSON
    import CaptionerReport
    import CaptionerServer
    import Foundation
    import Logging
    import SystemPackage
    import TestSupport
    import Testing

    /// A review over real connections: what its page may do, and what others may not.
    @Suite(.timeLimit(.minutes(10))) struct ReviewServerTests {
        private static let token = "s3cret"

        /// A review of three rows on a free port, as long as `body` runs.
        private func serving(_ body: (_ port: Int, TemporaryFolder) async throws -> Void) async throws {
            let folder = try TemporaryFolder()
            let lines = (1...3).map { "{\"image\": \"\($0).png\", \"caption\": \"caption \($0)\"}\n" }
            try folder.write(lines.joined(), as: "out.jsonl")
            let review = try await Review.opened(Report(output: FilePath(folder.path("out.jsonl"))))
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            let (ports, started) = AsyncStream<Int>.makeStream()
            let server = ReviewServer(review, port: 0, token: Self.token, logger: logger) {
                started.yield($0)
                started.finish()
            }
            let running = Task { try await server.run() }
            var port = 0
            for await number in ports { port = number }
            try await body(port, folder)
            await server.stop()
            try await running.value
        }

        private func ask(
            _ port: Int, _ path: String, _ body: String? = nil,
            token: String = Self.token, host: String = "localhost", headers: [String] = []
        ) async throws -> Connection.Answer {
            let connection = try Connection(port: port)
            let body = body.map { Data($0.utf8) }
            let lines =
                ["\(body == nil ? "GET" : "POST") \(path) HTTP/1.1", "Host: \(host)", "Authorization: Bearer \(token)"]
                + headers
                + (body.map { ["Content-Length: \($0.count)"] } ?? [])
            try await connection.send(Data((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (body ?? Data()))
            return try await connection.answer()
        }

        private func change(_ line: Int, _ version: Int, _ rest: String) -> String {
            "{\"window\": \"w\", \"rows\": [{\"line\": \(line), \"version\": \(version), \(rest)}]}"
        }

        @Test func decisionsAreSavedAndMerged() async throws {
            try await serving { (port, folder) async throws in
                let page = try await ask(port, "/?token=\(Self.token)", token: "none")
                #expect(page.status == 200 && page.text.contains("caption 2"))
                #expect(page.headers["content-security-policy"] == "frame-ancestors 'none'")
                #expect(page.headers["referrer-policy"] == "no-referrer" && page.headers["cache-control"] == "no-store")
                let changed = #""decision": "changed", "captions": ["new"]"#
                let saved = try await ask(port, "/changes", change(2, 0, changed))
                #expect(saved.text == #"{"last": 1, "rows": [{"line": 2, "version": 1, \#(changed)}]}"#)
                let late = try await ask(port, "/changes", change(2, 0, #""decision": "rejected""#))
                #expect(late.status == 409 && late.text.contains(#""rows": [{"line": 2, "version": 1"#))
                let merged = try await ask(port, "/merge", #"{"into": "rows"}"#)
                #expect(merged.status == 200 && merged.text.contains("3 rows, 1 of them edited"))
                #expect(try folder.text("out.reviewed.jsonl").contains(#"{"image": "2.png", "caption": "new"}"#))
                #expect(try await ask(port, "/undo", #"{"window": "w"}"#).text.contains(#""decision": "open""#))
                #expect(try await ask(port, "/undo", #"{"window": "w"}"#).status == 409)
                #expect(
                    try await ask(port, "/changes?since=1").text.contains(#"{"last": 2, "rows": [{"line": 2"#))
            }
        }

        @Test func strangersAreRefused() async throws {
            try await serving { (port, _) async throws in
                let body = change(1, 0, #""decision": "rejected""#)
                #expect(try await ask(port, "/").status == 403)
                #expect(try await ask(port, "/?token=s3creT").status == 403)
                #expect(try await ask(port, "/changes?token=\(Self.token)", token: "").status == 403)
                #expect(try await ask(port, "/changes", body, token: "s3cre").status == 403)
                // A name that leads to this machine.
                #expect(try await ask(port, "/changes", body, host: "example.com:\(port)").status == 403)
                #expect(try await ask(port, "/changes", body, host: "localhost.example.com").status == 403)
                for header in ["Origin: http://example.com", "Origin: null", "Sec-Fetch-Site: cross-site"] {
                    #expect(try await ask(port, "/changes", body, headers: [header]).status == 403)
                }
                #expect(try await ask(port, "/changes?since=0").text == #"{"last": 0, "rows": []}"#)
                for host in ["127.0.0.1:\(port)", "[::1]:9", "localhost"] {
                    let headers = ["Origin: http://\(host)", "Sec-Fetch-Site: same-origin"]
                    #expect(try await ask(port, "/changes?since=0", host: host, headers: headers).status == 200)
                }
            }
        }

        @Test(arguments: [
            ("/changes", "{", 400), ("/changes", "{}", 400), ("/changes", #"{"window": "w"}"#, 422),
            ("/changes", #"{"window": "w", "rows": [{"line": 1}]}"#, 400),
            ("/changes", #"{"window": "w", "rows": [{"line": 1, "version": 0, "decision": "changed"}]}"#, 400),
            ("/changes", #"{"window": "w", "rows": [{"line": 7, "version": 0, "decision": "accepted"}]}"#, 422),
            (
                "/changes",
                #"{"window": "w", "rows": [{"line": 1, "version": 0, "decision": "changed", "captions": [""]}]}"#, 422
            ),
            ("/undo", "[]", 400), ("/merge", "{}", 400), ("/other", "{}", 404),
        ])
        func mistakesAreExplained(_ path: String, _ body: String, _ status: Int) async throws {
            try await serving { (port, _) async throws in
                let answer = try await ask(port, path, body)
                #expect(answer.status == status, "\(answer.text)")
                #expect(try JSONParser.parse(Array(answer.body))["error"]?["message"]?.text?.isEmpty == false)
                #expect(try await ask(port, "/picture?line=1&place=0").status == 404)
            }
        }
    }
#endif
