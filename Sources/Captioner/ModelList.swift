import CaptionerCheckpoints

/// The models of docs/models.md, with what of them is in the caches, and the other models there.
package struct ModelList: Sendable, Codable {
    package var models: [Entry]
    /// Models in the caches that are not in the table.
    package var others: [String]

    package struct Entry: Sendable, Codable {
        package var model: KnownModel
        /// Which of its names are in the caches, complete or not.
        package var downloaded: [String]
    }

    /// By the caches of this machine.
    package init() { self.init(cached: ModelCache().modelNames()) }

    /// - Parameter cached: names of models in the caches.
    package init(cached: [String]) {
        func isName(_ name: String, amongThe names: [String]) -> Bool {
            names.contains { $0.utf8.elementsEqual(name.utf8) }
        }
        let models = KnownModel.all.map { model in
            Entry(model: model, downloaded: cached.filter { isName($0, amongThe: model.names) })
        }
        self.models = models
        others = cached.filter { !isName($0, amongThe: models.flatMap(\.downloaded)) }
    }
}
