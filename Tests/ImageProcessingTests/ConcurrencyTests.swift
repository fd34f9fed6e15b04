import CaptionerImageProcessing
import Foundation
import Testing

/// One decoder and one processor serve many threads at once.
@Suite(.timeLimit(.minutes(45))) struct ConcurrencyTests {
    @Test func threadsDoNotDisturbOneAnother() async throws {
        let decoder = ImageDecoder()
        let processor = try ImageProcessor(
            {
                var configuration = ImageProcessorConfiguration()
                configuration.size = .init(height: 16, width: 16)
                return configuration
            }())
        let fixtures = Fixture.all
        let results = await withTaskGroup(of: (String, [Float]?).self) { group in
            for _ in 0..<4 {
                for fixture in fixtures {
                    group.addTask {
                        (fixture.name, (try? decoder.decode(contentsOf: fixture.url)).map { processor($0) })
                    }
                }
            }
            return await group.reduce(into: [:]) { results, result in results[result.0, default: []].append(result.1) }
        }
        for fixture in fixtures {
            let alone = try processor(decoder.decode(contentsOf: fixture.url))
            #expect(results[fixture.name] == Array(repeating: alone, count: 4), "\(fixture.name)")
        }
    }
}
