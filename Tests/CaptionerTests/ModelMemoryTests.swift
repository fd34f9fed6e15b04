import CaptionerDemoModel
import Foundation
import SystemPackage
import TestSupport
import Testing

@testable import Captioner

/// What weights take is known from the headers of their files.
@Suite(.timeLimit(.minutes(15))) struct ModelMemoryTests {
    @Test func theSizesAreThoseOfTheFiles() throws {
        let temporary = try TemporaryFolder()
        let model = FilePath(try DemoModel.checkpoint().path)
        let sizes = try ModelMemory(model: model).weightBytes
        #expect(sizes.map(\.precision) == [.float32, .bfloat16, .int8])
        // Four bytes each, but for a table that stays in the type in which it is stored.
        let parameters = try ModelSummary(model: model).information.parameters
        #expect(sizes[0].bytes > 2 * parameters && sizes[0].bytes < 5 * parameters)
        for (precision, bytes) in sizes.dropFirst() {
            let packed = FilePath(temporary.path(precision.rawValue))
            let result = try Captioner.packNow(model: model, to: packed, precision: precision)
            // The file has a header besides.
            #expect(result.packedBytes > bytes && result.packedBytes < bytes + 200_000, "\(precision)")
            let own = try ModelMemory(model: packed).weightBytes
            #expect(own.map(\.precision) == [precision] && own.map(\.bytes) == [bytes])
            let captioner = try ModelMemory.ofCaptioner(model: packed, options: Captioner.Options())
            #expect(captioner.precision == precision && captioner.bytes == bytes)
        }
        var options = Captioner.Options(precision: .int8)
        #expect(try ModelMemory.ofCaptioner(model: model, options: options).bytes == sizes[2].bytes)
        options.layerPrecisions = [.init(part: "vision_model", precision: .float32)]
        #expect(try ModelMemory.ofCaptioner(model: model, options: options).bytes > sizes[2].bytes)
    }

    @Test func aFolderWithoutAModelIsNamed() {
        let error = #expect(throws: CaptionerError.self) { try ModelMemory(model: "/no/such/model") }
        #expect(error.map { "\($0)" }?.contains("/no/such/model") == true)
    }

    @Test func informationIsTheSameAfterJSON() throws {
        for folder in [try DemoModel.checkpoint(), try DemoModel.encoder()] {
            let information = try ModelSummary(model: folder).information
            let data = try JSONEncoder().encode(information)
            #expect(try JSONDecoder().decode(ModelInformation.self, from: data) == information)
        }
    }
}
