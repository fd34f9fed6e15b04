import CaptionerFiles
import CaptionerJSON
import SystemPackage

/// Questions of an original LLaVA data set, by id.
struct OriginalSamples {
    struct Original {
        package let id: JSONValue
        package let question: JSONValue
        let answerRole: JSONValue
    }

    package let path: FilePath
    private var samples: [ExactString: Original] = [:]

    init(path: FilePath) throws {
        self.path = path
        var reader = try JSONArrayReader(path: path)
        while let value = try reader.next() {
            guard let id = value["id"], let turns = value["conversations"]?.elements, turns.count >= 2,
                let role = turns[1]["from"]
            else { continue }
            samples[Self.key(id)] = Original(id: id, question: turns[0], answerRole: role)
        }
    }

    /// Ids are compared as Python's `str` writes them.
    subscript(id: JSONValue) -> Original? { samples[Self.key(id)] }

    private static func key(_ id: JSONValue) -> ExactString {
        switch id.asReadByPython {
        case .bool(let value): value ? "True" : "False"
        case .null: "None"
        case let id: ExactString(id.csvText)
        }
    }
}
