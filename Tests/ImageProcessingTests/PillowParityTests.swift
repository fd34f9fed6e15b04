import CaptionerImageProcessing
import Foundation
import TestSupport
import Testing

/// Decoding and processing give bit for bit what Pillow and transformers give.
@Suite struct PillowParityTests {
    @Test func thereAreFixtures() {
        #expect(Fixture.all.count >= 280)
    }

    @Test(arguments: Fixture.all) func decodesTurnedAsEXIFSays(_ fixture: Fixture) throws {
        let image = try ImageDecoder().decode(contentsOf: fixture.url)
        #expect([image.width, image.height] == fixture.reference.size)
        #expect(SHA256.hexadecimal(image.bytes) == fixture.reference.rgb)
    }

    @Test(arguments: Fixture.all) func decodesAsStored(_ fixture: Fixture) throws {
        let image = try ImageDecoder(orientation: .ignore).decode(Data(contentsOf: fixture.url))
        #expect(SHA256.hexadecimal(image.bytes) == fixture.reference.rgbOrientationIgnored)
    }

    @Test(arguments: Fixture.all) func processesToOddSize(_ fixture: Fixture) throws {
        let image = try ImageDecoder().decode(contentsOf: fixture.url)
        #expect(try pixelValues(image, height: 37, width: 61) == fixture.reference.pixelValuesOdd)
    }

    @Test(
        arguments: Fixture.all.filter {
            ["jpeg/420-", "jpeg/baseline-", "extreme/"].contains(where: $0.name.hasPrefix)
        })
    func processesToTheSizeOfModels(_ fixture: Fixture) throws {
        let image = try ImageDecoder().decode(contentsOf: fixture.url)
        #expect(try pixelValues(image, height: 224, width: 224) == fixture.reference.pixelValues224)
    }

    @Test(arguments: Fixture.all) func notesWhatIsWrongWithAFile(_ fixture: Fixture) throws {
        let image = try ImageDecoder().decode(contentsOf: fixture.url)
        #expect(image.isTruncated == fixture.name.hasPrefix("truncated/"))
        // That a compressed stream lacks its checksum shows in no pixel.
        let isFaulty = image.isTruncated || fixture.name.hasPrefix("damaged/")
        #expect((image.note != nil) == (isFaulty && fixture.name != "damaged/without-adler.png"))
    }

    private func pixelValues(_ image: RGBImage, height: Int, width: Int) throws -> String {
        var configuration = ImageProcessorConfiguration()
        configuration.size = .init(height: height, width: width)
        return SHA256.hexadecimal(try ImageProcessor(configuration)(image))
    }
}
