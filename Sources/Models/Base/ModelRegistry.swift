/// The families of models.
package enum ModelRegistry {
    /// One line for each.
    package static let captioning: [any CaptioningModel.Type] = [
        BLIP2Model.self
    ]

    /// The family of a folder.
    /// - Throws: `ModelError.otherModel` where no family claims it.
    static func family(of configuration: ConfigurationReader) throws(ModelError) -> any CaptioningModel.Type {
        let kind = try ModelKind(configuration)
        var name = kind.description
        for family in captioning {
            switch family.claim(kind) {
            case .mine: return family
            case .refused(let description): name = description
            case .notMine: continue
            }
        }
        throw .otherModel(name, supported: captioning.map { $0.supported })
    }
}
