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

    func tellUnusedTensors(of captioner: Captioner) {
        guard !captioner.unusedTensors.isEmpty else { return }
        let names = captioner.unusedTensors.prefix(3).joined(separator: ", ")
        let more = captioner.unusedTensors.count > 3 ? " and \(captioner.unusedTensors.count - 3) more" : ""
        note("tensors that the model has no use for: \(names)\(more); caption-images inspect lists them")
    }
}
