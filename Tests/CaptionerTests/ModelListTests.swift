import CaptionerCheckpoints
import Testing

@testable import Captioner

@Suite struct ModelListTests {
    @Test func modelsInCachesAreFound() throws {
        let cached = [
            "Salesforce/blip-image-captioning-base", "google/paligemma-3b-ft-cococap-448", "someone/another",
            "openai/CLIP-vit-base-patch32",
        ]
        let list = ModelList(cached: cached)
        #expect(list.models.count == KnownModel.all.count)
        #expect(list.others == ["someone/another", "openai/CLIP-vit-base-patch32"])
        for entry in list.models {
            #expect(entry.downloaded == cached.filter { entry.model.names.contains($0) })
        }
        #expect(list.models.flatMap(\.downloaded).count == 2)
        for entry in ModelList(cached: []).models { #expect(entry.downloaded.isEmpty) }
    }

    /// Each name can be given to `--model`, and means one model.
    @Test func namesAreNames() {
        let names = KnownModel.all.flatMap(\.names)
        for name in names { #expect(ModelName(name)?.repository == name) }
        #expect(Set(names).count == names.count)
        for model in KnownModel.all { #expect(model.parameters > 100_000_000) }
    }
}
