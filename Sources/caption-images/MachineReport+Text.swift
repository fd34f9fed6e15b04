import Captioner
import Foundation

extension MachineReport {
    /// The report as lines of text.
    var text: String {
        let sections: [(String, [String])] = [
            ("processor", processorLines), ("kernels", kernelLines), ("blas", [blasLine]), ("threads", threadLines),
            ("memory", [memoryLine]),
            (
                "images",
                ["\(imageFormats.list) are read"]
                    + (missingImageFormats.isEmpty
                        ? []
                        : [
                            "\(missingImageFormats.list) \(missingImageFormats.count == 1 ? "is" : "are") read by builds "
                                + "with the package trait of that name (--traits \(missingImageFormats[0]))"
                        ])
            ),
            ("searched", placeLines), ("models", modelLines), ("verdict", [verdict]),
        ]
        return sections.flatMap { name, lines in
            lines.enumerated().map { index, line in
                "\(index == 0 ? name : "")".padding(toLength: 11, withPad: " ", startingAt: 0) + line + "\n"
            }
        }.joined()
    }

    private var processorLines: [String] {
        let features = processor.features.map { "\($0.name) \($0.isPresent ? "yes" : "no")" }
        return ["\(processor.name ?? "of an unknown name"), \(processor.architecture)"]
            + (features.isEmpty ? [] : [features.joined(separator: ", ")])
    }

    private var kernelLines: [String] {
        let others = kernels.usable.filter { $0 != kernels.chosen }
        let choice =
            "\(others.isEmpty ? "no others" : others.joined(separator: ", ")) can run\(kernels.chosen == nil ? "" : ", too"); "
            + "--kernels NAME or CAPTIONER_KERNELS=NAME chooses"
        guard let chosen = kernels.chosen else { return ["none: \(kernels.error ?? "unknown")", choice] }
        let isAsked = kernels.environment.map { !$0.isEmpty } ?? false
        let reason = isAsked ? "as CAPTIONER_KERNELS says" : "the fastest that this processor can run"
        let precision = kernels.automaticPrecision.map { "; --precision auto is \($0.rawValue) with them" } ?? ""
        return ["\(chosen): \(kernels.description ?? ""), \(reason)", "\(choice)\(precision)"]
    }

    private var blasLine: String {
        guard let found = blas.description ?? blas.error.map({ "none (\($0))" }) else {
            return "none in this build, whose \(blas.usedBy) kernels need none"
        }
        return "\(found); used by \(blas.usedBy) kernels alone"
    }

    private var threadLines: [String] {
        let quota = threads.processorQuota.map { String(format: "%.2f processors", $0) } ?? "none"
        return [
            "\(threads.defaultCount): one for each processor that the process may use; --threads N chooses",
            "processors \(threads.processors), allowed by affinity \(threads.allowedProcessors), CPU quota of control "
                + "groups \(quota)",
        ]
    }

    private var memoryLine: String {
        let limit = memory.controlGroupLimit.map { ByteCount.text($0) } ?? "none"
        return "\(memory.total.map { ByteCount.text($0) } ?? "unknown"), available "
            + "\(memory.available.map { ByteCount.text($0) } ?? "unknown"), limit of control groups \(limit)"
    }

    private var placeLines: [String] {
        let variables = modelVariables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return modelPlaces.map { "\($0.folder) of \($0.owner)\($0.exists ? "" : ", which is not there")" }
            + [
                variables.isEmpty
                    ? "no variable such as HF_HOME or MODELSCOPE_CACHE is set" : variables.joined(separator: " ")
            ]
    }

    /// Models that can run, with what they take; of the others that they are there.
    private var modelLines: [String] {
        let known = models.filter { $0.architecture != nil }
        var lines = known.prefix(12).map { model in
            "\(model.name): \(model.isComplete ? needs(model) : model.error ?? "not complete")"
        }
        if known.count > 12 { lines.append("and \(known.count - 12) more; --json has all") }
        let others = models.count - known.count
        if others > 0 {
            let one = models.first { $0.architecture == nil }?.name ?? ""
            lines.append("\(others) that cannot be used here, such as \(one); inspect NAME says why")
        }
        if known.contains(where: { $0.isComplete && !$0.weightBytes.isEmpty }) {
            lines.append("(memory of the weights; each image of a batch takes more, 40 MB with BLIP-2 opt-2.7b)")
        }
        return lines.isEmpty ? ["none"] : lines
    }

    private func needs(_ model: FoundModel) -> String {
        let sizes = model.weightBytes.sorted { $0.value > $1.value }
        return sizes.map { precision, bytes in
            let isTooMuch = memory.most.map { bytes > $0 } ?? false
            return "\(precision) \(ByteCount.text(bytes))\(isTooMuch ? " (more than there is)" : "")"
        }.joined(separator: ", ")
    }

    private var verdict: String {
        isUsable ? "nothing essential is missing" : "no model can run: \(kernels.error ?? "no kernels")"
    }
}

/// Sizes for people.
enum ByteCount {
    static func text(_ bytes: Int) -> String {
        bytes < 1_000_000_000
            ? String(format: "%.1f MB", Double(bytes) / 1e6) : String(format: "%.2f GB", Double(bytes) / 1e9)
    }
}

extension [String] {
    /// As a sentence has them: "JPEG, PNG and GIF".
    fileprivate var list: String {
        count < 2 ? joined() : "\(dropLast().joined(separator: ", ")) and \(self[count - 1])"
    }
}
