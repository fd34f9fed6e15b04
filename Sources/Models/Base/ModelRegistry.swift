/// The families of models.
package enum ModelRegistry {
    /// One line for each.
    package static let captioning: [any CaptioningModel.Type] = [
        BLIP2Model.self,
        BLIPModel.self,
        BLIPQuestionModel.self,
        MGMModel.self,
        PaliGemmaModel.self,
        SmolVLMModel.self,
    ]

    /// One line for each.
    package static let embedding: [any EmbeddingModel.Type] = [
        CLIPModel.self,
        BLIPRetrievalModel.self,
    ]

    package static var all: [any Model.Type] {
        captioning.map { $0 as any Model.Type } + embedding.map { $0 as any Model.Type }
    }

    /// The one of some families that a folder is of.
    /// - Throws: `ModelError.otherModel` where none of them claims it.
    static func index(
        of configuration: ConfigurationReader, among families: [any Model.Type]
    ) throws(ModelError) -> Int {
        let kind = try ModelKind(configuration)
        var name = kind.description
        for (index, family) in families.enumerated() {
            switch family.claim(kind) {
            case .mine: return index
            case .refused(let description): name = description
            case .notMine: continue
            }
        }
        throw .otherModel(name, supported: families.map { $0.supported })
    }
}
