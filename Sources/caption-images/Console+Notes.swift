import Captioner
import CaptionerDataSets

extension Console {
    /// What a Data-Juicer configuration says that has no effect here.
    func tell(_ recipe: DataJuicerRecipe) {
        if !recipe.ignoredKeys.isEmpty {
            note("keys without effect here: \(recipe.ignoredKeys.joined(separator: ", "))")
        }
        if !recipe.ignoredOperators.isEmpty {
            note("operators that are not run: \(recipe.ignoredOperators.joined(separator: ", "))")
        }
    }

    /// - Parameter tensors: what a checkpoint has and its model has no use for.
    func tellUnused(_ tensors: [String]) {
        guard !tensors.isEmpty else { return }
        let names = tensors.prefix(3).joined(separator: ", ")
        let more = tensors.count > 3 ? " and \(tensors.count - 3) more" : ""
        note("tensors that the model has no use for: \(names)\(more); caption-images inspect lists them")
    }
}
