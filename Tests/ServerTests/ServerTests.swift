#if Server
    import Captioner
    import CaptionerJSON
    import CaptionerServing
    import Foundation
    import TestSupport
    import Testing

    /// What is answered over real connections.
    @Suite(.timeLimit(.minutes(10))) struct ServerTests {
        private let picture: Data

        init() throws { picture = try Data(contentsOf: Fixtures.pictures.appending(path: "easy-vqa-000.png")) }

        private func chat(_ rest: String = "") -> Data {
            let address = "data:image/png;base64,\(picture.base64EncodedString())"
            return Data(
                """
                {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "\(address)"}}]}]\(rest)}
                """.utf8)
        }

        private func json(_ answer: Connection.Answer) throws -> JSONValue { try JSONParser.parse(Array(answer.body)) }

        @Test func routesAnswerOnOneConnection() async throws {
            let server = try await RunningServer()
            let expected = try await server.captioner.caption(picture)
            let connection = try server.connection()
            for path in ["/health", "/ready", "/v1/models", "/metrics", "/openapi.json", "/", "/page.js", "/page.css"] {
                let answer = try await connection.request("GET", path)
                #expect(answer.status == 200 && !answer.body.isEmpty, "\(path)")
                #expect(answer.headers["x-content-type-options"] == "nosniff")
            }
            let generated = try await connection.request("POST", "/", body: picture)
            #expect(generated.text == "[{\"generated_text\": \"\(expected.text)\"}]")
            let caption = try await connection.request("POST", "/v1/caption?max_new_tokens=2", body: picture)
            var short = Captioner.GenerationOptions(maxNewTokens: 2)
            short.prompt = nil
            #expect(
                try json(caption)["caption"]?.text == (try await server.captioner.caption(picture, options: short)).text
            )
            let completion = try await json(connection.request("POST", "/v1/chat/completions", body: chat()))
            #expect(completion["choices"]?.elements?.first?["message"]?["content"]?.text == expected.text)
            #expect(completion["usage"]?["completion_tokens"]?.integer == expected.tokenIDs.count)
            try await server.stop()
        }

        @Test func streamsAreEvents() async throws {
            let server = try await RunningServer()
            let expected = try await server.captioner.caption(picture)
            let answer = try await server.connection().request(
                "POST", "/v1/chat/completions", body: chat(", \"stream\": true"))
            #expect(answer.status == 200 && answer.headers["content-type"] == "text/event-stream")
            let events = answer.text.components(separatedBy: "\n\n").dropLast()
            #expect(events.last == "data: [DONE]" && events.allSatisfy { $0.hasPrefix("data: ") })
            let chunks = try events.dropLast().map { try JSONParser.parse(Array($0.utf8.dropFirst(6))) }
            let choices = chunks.compactMap { $0["choices"]?.elements?.first }
            #expect(choices.compactMap { $0["delta"]?["content"]?.text }.joined() == expected.text)
            #expect(choices.first?["delta"]?["role"]?.text == "assistant")
            #expect(choices.last?["finish_reason"]?.text == "stop")
            // What fails before the first token has a status.
            let failed = try await server.connection().request(
                "POST", "/v1/chat/completions", body: Data("{\"stream\": true}".utf8))
            #expect(failed.status == 400)
            try await server.stop()
        }

        @Test func pathsMethodsAndErrors() async throws {
            let server = try await RunningServer()
            let connection = try server.connection()
            for (method, path, status) in [
                ("GET", "/nothing", 404), ("POST", "/health", 405), ("OPTIONS", "/v1/score", 405),
                ("HEAD", "/nothing", 404), ("GET", "/v1/caption", 405), ("PUT", "/", 405), ("QUERY", "/ready", 405),
                ("HEAD", "/v1/models", 200), ("POST", "/v1/responses", 404),
            ] {
                try await connection.send(method, path, body: method == "POST" ? Data() : nil)
                if method == "HEAD" { _ = try await connection.read(through: "\r\n\r\n"); continue }
                let answer = try await connection.answer()
                #expect(answer.status == status, "\(method) \(path)")
                #expect((answer.headers["allow"] == nil) == (status != 405))
                #expect(try json(answer)["error"]?["code"]?.integer == status)
            }
            for (body, status) in [(Data(), 400), (Data("text".utf8), 415), (picture.prefix(45), 422)] {
                #expect(try await connection.request("POST", "/", body: body).status == status)
            }
            let named = try await connection.request("GET", "/health", headers: ["X-Request-Id: a-1"])
            #expect(named.headers["x-request-id"] == "a-1")
            let odd = try await connection.request("GET", "/health", headers: ["X-Request-Id: a b\u{7F}"])
            #expect(odd.headers["x-request-id"] != "a b\u{7F}")
            try await server.stop()
        }

        @Test func theModelIsLoadedWhileTheServerListens() async throws {
            let server = try await RunningServer(isLoaded: false)
            let connection = try server.connection()
            #expect(try await connection.request("GET", "/health").status == 200)
            let loading = try await connection.request("GET", "/ready")
            #expect(loading.status == 503 && loading.headers["retry-after"] == "1")
            #expect(try json(loading)["error"]?["message"]?.text == "Loading model")
            server.load()
            #expect(try await server.connection().request("GET", "/ready").status == 200)
            try await server.stop()
        }

        @Test func tokensAndOtherPages() async throws {
            let server = try await RunningServer(token: "a-secret")
            func status(_ path: String, _ headers: [String]) async throws -> Int {
                try await server.connection().request("GET", path, headers: headers).status
            }
            for path in ["/health", "/ready", "/"] { #expect(try await status(path, []) == 200) }
            #expect(try await status("/v1/models", []) == 401)
            for wrong in [
                "Bearer a-secreT", "Bearer a-secret ", "Basic a-secret", "a-secret", "Bearer ", "Bearer a-secret2",
            ] {
                // White space at the end of a header is none of its value.
                #expect(
                    try await status("/v1/models", ["Authorization: \(wrong)"]) == (wrong.hasSuffix("t ") ? 200 : 401))
            }
            #expect(try await status("/v1/models", ["authorization: bearer a-secret"]) == 200)
            let bearer = "Authorization: Bearer a-secret"
            #expect(try await status("/v1/models", [bearer, "Origin: http://localhost"]) == 200)
            for other in ["http://other.example", "null", "http://localhost.other.example"] {
                #expect(try await status("/v1/models", [bearer, "Origin: \(other)"]) == 403)
            }
            try await server.stop()
        }

        /// Waits until something holds, at most a minute.
        private func wait(_ failure: String, until holds: () async -> Bool) async throws {
            let start = ContinuousClock.now
            while await !holds() {
                guard ContinuousClock.now - start < .seconds(60) else { throw Connection.Failure(description: failure) }
                try await Task.sleep(for: .milliseconds(5))
            }
        }

        /// Clients wait for leave to send a large body, and some for ever.
        @Test func leaveToSendIsGiven() async throws {
            let server = try await RunningServer()
            let connection = try server.connection()
            let head = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: \(picture.count)\r\n\r\n"
            try await connection.send(Data(head.utf8))
            #expect(try await connection.answer().status == 100)
            try await connection.send(picture)
            #expect(try await connection.answer().status == 200)
            let large = try server.connection()
            try await large.send(
                Data("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1000000000\r\n\r\n".utf8))
            #expect(try await large.answer().status == 413)
            try await server.stop()
        }

        @Test func modelsHaveNames() async throws {
            let server = try await RunningServer()
            let connection = try server.connection()
            #expect(try await json(connection.request("GET", "/v1/models/demo"))["id"]?.text == "demo")
            for name in ["other", "a/b", "dem"] {
                #expect(try await connection.request("GET", "/v1/models/\(name)").status == 404)
            }
            try await server.stop()
        }

        // MARK: Clients that misbehave

        /// What follows a refused body would be taken for requests: nothing of it is answered, and the connection ends.
        @Test func refusedBodiesEndTheirConnection() async throws {
            let server = try await RunningServer()
            let connection = try server.connection(seconds: 30)
            let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n"
            try await connection.send(Data((head + "GET /health HTTP/1.1\r\nHost: a\r\n\r\n").utf8))
            let answer = try await connection.answer()
            #expect(answer.status == 413 && answer.headers["connection"] == "close")
            await #expect(throws: Connection.Failure.self) { try await connection.answer() }
            try await server.stop()
        }

        @Test func headersAreNotWaitedForForEver() async throws {
            var limits = ServiceLimits()
            (limits.headerSeconds, limits.idleSeconds) = (1, 1)
            let server = try await RunningServer(limits: limits)
            let slow = try server.connection(seconds: 30)
            try await slow.send(Data("GET /health HT".utf8))
            await #expect(throws: Connection.Failure.self) { try await slow.answer() }
            let idle = try server.connection(seconds: 30)
            #expect(try await idle.request("GET", "/health").status == 200)
            await #expect(throws: Connection.Failure.self) { try await idle.answer() }
            try await server.stop()
        }

        @Test func bodiesAreLimited() async throws {
            var limits = ServiceLimits()
            (limits.bodySize, limits.bodySeconds) = (100_000, 2)
            let server = try await RunningServer(limits: limits)
            // Refused by its header, before a byte of it came.
            let large = try server.connection()
            try await large.send(Data("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n".utf8))
            #expect(try await large.answer().status == 413)
            let chunked = try server.connection()
            try await chunked.send(Data("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8))
            let chunk = Data("8000\r\n".utf8) + Data(count: 0x8000) + Data("\r\n".utf8)
            for _ in 0..<4 { try? await chunked.send(chunk) }
            #expect(try await chunked.answer().status == 413)
            let slow = try server.connection()
            try await slow.send(Data("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc".utf8))
            #expect(try await slow.answer().status == 408)
            // In chunks it is the same picture.
            let whole = try server.connection()
            try await whole.send(Data("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n".utf8))
            for start in stride(from: 0, to: picture.count, by: 100) {
                let part = picture[start..<min(start + 100, picture.count)]
                try await whole.send(Data("\(String(part.count, radix: 16))\r\n".utf8) + part + Data("\r\n".utf8))
            }
            try await whole.send(Data("0\r\n\r\n".utf8))
            #expect(try await whole.answer().status == 200)
            try await server.stop()
        }

        /// Requests that two servers might understand differently, and ones that are none.
        @Test(arguments: [
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nabcde",
            "GET /health HTTP/1.1\r\nHost : a\r\n\r\n", "GET /health HTTP/9.9\r\nHost: a\r\n\r\n",
            "\u{0}\u{1}\u{2}\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n\r\n",
        ]) func whatIsNoRequestIsRefused(_ text: String) async throws {
            let server = try await RunningServer()
            let connection = try server.connection(seconds: 10)
            try await connection.send(Data(text.utf8))
            // An answer that refuses it, or no answer; never one to a request hidden in it.
            if let answer = try? await connection.answer() {
                #expect((400..<500).contains(answer.status), "\(answer.status)")
                await #expect(throws: Connection.Failure.self) { try await connection.answer() }
            }
            #expect(try await server.connection().request("GET", "/health").status == 200)
            try await server.stop()
        }

        @Test func clientsThatGoAwayLeaveTheModel() async throws {
            let server = try await RunningServer()
            let long = ", \"max_tokens\": 400, \"min_new_tokens\": 400"
            for rest in [long, long + ", \"stream\": true"] {
                for _ in 0..<3 {
                    let connection = try server.connection()
                    try await connection.send("POST", "/v1/chat/completions", body: chat(rest))
                    if rest.contains("stream") { _ = try await connection.read(through: "\n\n") }
                }
            }
            // The connections are closed by now.
            try await wait("still busy") {
                let load = await server.captioner.sharedLoad
                let metrics = await server.service.metricsText()
                return load == (0, 0) && metrics.contains("in_progress 0\n")
            }
            #expect(try await server.connection().request("POST", "/", body: picture).status == 200)
            try await server.stop()
        }

        @Test func floodsBeyondTheQueueAreRefused() async throws {
            var limits = ServiceLimits()
            limits.queueLength = 0
            let server = try await RunningServer(limits: limits)
            let (gate, open) = AsyncStream<Void>.makeStream()
            let waiting = (0..<16).map { _ in
                Task { try await server.service.withPlace { _ in for await _ in gate {} } }
            }
            try await wait("no flood") { await server.service.metricsText().contains("in_progress 16\n") }
            let refused = try await server.connection().request("POST", "/", body: picture)
            #expect(refused.status == 429 && (refused.headers["retry-after"].flatMap { Int($0) } ?? 0) >= 1)
            // It is refused before its body is sent.
            let early = try server.connection()
            try await early.send(Data("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(picture.count)\r\n\r\n".utf8))
            #expect(try await early.answer().status == 429)
            #expect(try await server.connection().request("GET", "/health").status == 200)
            open.finish()
            for task in waiting { try await task.value }
            #expect(try await server.connection().request("POST", "/", body: picture).status == 200)
            try await server.stop()
        }

        /// Bodies that do not come hold no place.
        @Test func slowBodiesHoldNoPlace() async throws {
            var limits = ServiceLimits()
            limits.queueLength = 0
            (limits.bodySeconds, limits.headerSeconds) = (600, 600)
            let server = try await RunningServer(limits: limits)
            let slow = try (0..<40).map { _ in try server.connection() }
            let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(picture.count)\r\n\r\n"
            for connection in slow { try await connection.send(Data(head.utf8) + picture.prefix(99)) }
            #expect(try await server.connection().request("POST", "/", body: picture).status == 200)
            for connection in slow.prefix(4) {
                try await connection.send(picture.dropFirst(99))
                #expect(try await connection.answer().status == 200)
            }
            try await server.stop()
        }

        @Test func stoppingAnswersWhatWasAsked() async throws {
            let server = try await RunningServer()
            let expected = try await server.captioner.caption(picture)
            let connections = try (0..<6).map { _ in try server.connection() }
            let waiting = try server.connection()
            for connection in connections { try await connection.send("POST", "/v1/chat/completions", body: chat()) }
            try await wait("no answer") { await !server.service.metricsText().contains("captioner_images_total 0\n") }
            let stopped = Task { try await server.stop() }
            for connection in connections {
                let answer = try await connection.answer()
                // What the server had not begun to read is refused, and nothing is cut off.
                if answer.status != 503 {
                    #expect(try json(answer)["choices"]?.elements?.first?["message"]?["content"]?.text == expected.text)
                }
            }
            try await stopped.value
            await #expect(throws: Connection.Failure.self) { try await waiting.request("GET", "/health") }
        }

        /// What is not done when the grace is over is cut off.
        @Test func stoppingDoesNotWaitForEver() async throws {
            let server = try await RunningServer(graceSeconds: 1)
            let (gate, open) = AsyncStream<Void>.makeStream()
            let waiting = Task { try await server.service.withPlace { _ in for await _ in gate {} } }
            try await wait("no request") { await server.service.metricsText().contains("in_progress 1\n") }
            try await server.stop()
            open.finish()
            try await waiting.value
        }
    }
#endif
