import CaptionerImageProcessing
import Foundation
import Testing

@Suite struct ImageProcessorConfigurationTests {
    @Test func readsTheFileOfACheckpoint() throws {
        let configuration = try decode(
            """
            {"do_convert_rgb": true, "do_normalize": true, "do_rescale": true, "do_resize": true,
             "image_mean": [0.5, 0.25, 0.125], "image_processor_type": "BlipImageProcessor",
             "image_std": [0.5, 0.75, 1], "processor_class": "Blip2Processor", "resample": 3,
             "rescale_factor": 0.00392156862745098, "size": {"height": 224, "width": 200}}
            """)
        #expect(configuration.size == .init(height: 224, width: 200))
        #expect(configuration.imageMean == [0.5, 0.25, 0.125])
        #expect(configuration.imageStandardDeviation == [0.5, 0.75, 1])
    }

    @Test func fieldsLeftOutHaveTheDefaultsOfTransformers() throws {
        let configuration = try decode("{}")
        #expect(configuration == ImageProcessorConfiguration())
        #expect(configuration.size == .init(height: 384, width: 384))
        #expect(configuration.imageMean == [0.48145466, 0.4578275, 0.40821073])
        #expect(configuration.imageStandardDeviation == [0.26862954, 0.26130258, 0.27577711])
        #expect(try decode(#"{"size": null, "image_mean": null}"#) == configuration)
    }

    @Test func numbersMayStandForAll() throws {
        let configuration = try decode(#"{"size": 364, "image_mean": 0.5, "image_std": 1}"#)
        #expect(configuration.size == .init(height: 364, width: 364))
        #expect(configuration.imageMean == [0.5, 0.5, 0.5])
        #expect(configuration.imageStandardDeviation == [1, 1, 1])
    }

    @Test(arguments: [
        #"{"size": "large"}"#, #"{"size": {"shortest_edge": 224}}"#, #"{"do_resize": 1.5}"#, #"{"image_mean": ["a"]}"#,
        #"{"rescale_factor": "1/255"}"#, "[]",
    ])
    func wrongTypesAreErrors(json: String) {
        #expect(throws: DecodingError.self) { try decode(json) }
    }

    @Test(arguments: [
        (#"{"size": 0}"#, "size"), (#"{"size": {"height": -1, "width": 224}}"#, "size"),
        (#"{"size": 100000}"#, "size"), (#"{"resample": 0}"#, "resample"),
        (#"{"rescale_factor": 0}"#, "rescale_factor"), (#"{"image_mean": [0.5, 0.5]}"#, "image_mean"),
        (#"{"image_mean": [0.5, 0.5, 1e300]}"#, "image_mean"), (#"{"image_std": [1, 1, 0]}"#, "image_std"),
        (#"{"image_std": [1, 1, 1, 1]}"#, "image_std"), (#"{"image_std": -1}"#, "image_std"),
    ])
    func impossibleValuesAreErrors(json: String, field: String) throws {
        let configuration = try decode(json)
        let error = #expect(throws: ImageError.self) { try ImageProcessor(configuration) }
        #expect(error?.description.contains("configuration, \(field): ") == true)
    }

    @Test func whatIsNotUsedIsNotJudged() throws {
        _ = try ImageProcessor(decode(#"{"do_resize": false, "size": 0, "resample": 0}"#))
        _ = try ImageProcessor(decode(#"{"do_normalize": false, "image_std": 0}"#))
    }

    private func decode(_ json: String) throws -> ImageProcessorConfiguration {
        try JSONDecoder().decode(ImageProcessorConfiguration.self, from: Data(json.utf8))
    }
}
