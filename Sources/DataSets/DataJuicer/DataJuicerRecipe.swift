import CaptionerFiles
package import SystemPackage
import Yams

/// What a Data-Juicer configuration (`dj-process --config FILE.yaml`) says about captioning images, and about choosing
/// samples before and after that.
package struct DataJuicerRecipe: Sendable, Equatable {
    package var dataSetPath: String?
    package var exportPath: String?
    /// `hf_img2seq`.
    package var model: String?
    package var captionCount: Int?
    package var candidateMode: CandidateMode?
    package var keepsOriginal: Bool?
    package var prompt: String?
    package var fields = DataSetFields()
    /// Whether there is an `image_captioning_mapper`.
    package private(set) var captions = false
    /// What chooses samples before they are captioned, and after. Without captions all of it comes before.
    package private(set) var operatorsBefore: [DataOperator] = []
    package private(set) var operatorsAfter: [DataOperator] = []
    /// `keep_stats_in_res_ds`.
    package private(set) var keepsStats = false
    /// Keys that mean nothing here, such as `np`.
    package var ignoredKeys: [String] = []
    /// Operators that are not done.
    package var ignoredOperators: [String] = []

    static let operatorName = "image_captioning_mapper"

    /// - Parameter ignoresOperators: whether operators that cannot be done are passed over.
    /// - Throws: `FileError.unreadableFile` when the file is no such configuration, has no operator that can be done, or
    ///   one that cannot.
    package init(path: FilePath, ignoresOperators: Bool = false) throws {
        func failure(_ cause: String) -> FileError { .unreadableFile(path, cause: cause) }
        let data: [UInt8]
        do {
            data = try FileBytes.of(path)
        } catch {
            throw failure(path.cause(error.rawValue))
        }
        guard let yaml = String(validating: data.withoutByteOrderMark, as: UTF8.self) else {
            throw failure("not UTF-8")
        }
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch {
            throw failure("not YAML: \(error)")
        }
        guard let mapping = root?.mapping else { throw failure("not a mapping of keys to values") }
        do {
            for (key, value) in mapping {
                let name = key.string ?? ""
                switch name {
                case "dataset_path": dataSetPath = try Self.text(value, name)
                case "export_path": exportPath = try Self.text(value, name)
                case "text_keys": fields.text = try Self.text(value.sequence?.first ?? value, name) ?? fields.text
                case "image_key": fields.images = try Self.text(value, name) ?? fields.images
                case "image_special_token": fields.imageToken = try Self.token(value, name) ?? fields.imageToken
                case "eoc_special_token": fields.endOfChunkToken = try Self.token(value, name) ?? fields.endOfChunkToken
                case "process":
                    guard value.null != nil || value.sequence != nil else {
                        throw Problem(message: "process is no list of operators")
                    }
                    for entry in value.sequence ?? [] { try add(Self.operation(entry)) }
                case "keep_stats_in_res_ds":
                    guard let keeps = value.bool else { throw Problem(message: "\(name) is neither true nor false") }
                    keepsStats = keeps
                default: ignoredKeys.append(name)
                }
            }
        } catch let problem as Problem {
            throw failure(problem.message)
        } catch let problem as OperatorProblem {
            throw failure(problem.message)
        }
        if !ignoredOperators.isEmpty, !ignoresOperators {
            let names = ignoredOperators.joined(separator: ", ")
            throw failure(
                "operators that cannot be done here: \(names); --ignore-operators runs without them")
        }
        guard captions || !operatorsBefore.isEmpty else {
            throw failure("its process has no \(Self.operatorName), and no other operator that is done here")
        }
    }

    private mutating func add(_ entry: (name: String, parameters: Node?)) throws {
        if entry.name == Self.operatorName, !captions {
            captions = true
            try read(entry.parameters?.mapping)
        } else if let operation = try DataOperator(entry.name, entry.parameters) {
            if captions { operatorsAfter.append(operation) } else { operatorsBefore.append(operation) }
        } else {
            ignoredOperators.append(entry.name)
        }
    }

    private struct Problem: Error {
        let message: String
    }

    private mutating func read(_ parameters: Node.Mapping?) throws {
        for (key, value) in parameters ?? [:] {
            let name = key.string ?? ""
            switch name {
            case "hf_img2seq": model = try Self.text(value, name)
            case "caption_num":
                guard let count = value.int, count > 0 else {
                    throw Problem(message: "caption_num is no positive number")
                }
                captionCount = count
            case "keep_candidate_mode":
                guard let mode = try Self.text(value, name).flatMap({ CandidateMode(rawValue: $0) }) else {
                    let modes = CandidateMode.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Problem(message: "keep_candidate_mode is none of \(modes)")
                }
                candidateMode = mode
            case "keep_original_sample":
                guard let keeps = value.bool else {
                    throw Problem(message: "keep_original_sample is neither true nor false")
                }
                keepsOriginal = keeps
            case "prompt": prompt = try Self.text(value, name)
            case "prompt_key": fields.prompt = try Self.text(value, name)
            default: ignoredKeys.append("\(Self.operatorName).\(name)")
            }
        }
    }

    /// An entry of `process`: a name, or a name and its parameters.
    private static func operation(_ entry: Node) throws -> (String, Node?) {
        if let name = entry.string, !name.isEmpty { return (name, nil) }
        guard let (key, value) = entry.mapping?.first.map({ ($0.key, $0.value) }), let name = key.string else {
            throw Problem(message: "an entry of process is no operator")
        }
        // Data-Juicer takes the first and says nothing of the others.
        guard entry.mapping?.count == 1 else {
            throw Problem(message: "an entry of process names more than \(name); each operator begins with a dash")
        }
        return (name, value)
    }

    /// A text that can be looked for in others: an empty one would be found without end.
    private static func token(_ node: Node, _ name: String) throws -> String? {
        let text = try text(node, name)
        guard text != "" else { throw Problem(message: "\(name) is empty") }
        return text
    }

    /// Nil for null.
    private static func text(_ node: Node, _ name: String) throws -> String? {
        if node.null != nil { return nil }
        guard let text = node.string else { throw Problem(message: "\(name) is no text") }
        return text
    }
}
