import CaptionerFiles
import CaptionerJSON
package import SystemPackage

/// Where the challenge's scripts leave what they make: `output/eval_results`, with a folder for each model.
package struct EvaluationFolder: Sendable {
    /// Why a model's name cannot be that of a folder.
    package struct BadName: Error, CustomStringConvertible {
        let name: String

        package var description: String {
            name.isEmpty
                ? "the answers name no model; --name says what its folder is called"
                : "a folder cannot be called \(name.shortened), as the answers name the model; --name says what it is called"
        }
    }

    /// `MODEL/textvqa`, `MODEL/mmbench`.
    private let textVQA: FilePath
    private let mmbench: FilePath
    private let modelName: String

    /// - Throws: `BadName`.
    package init(_ folder: FilePath, modelName: String) throws(BadName) {
        guard !["", ".", ".."].contains(where: { modelName.hasSameBytes(as: $0) }),
            !modelName.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 })
        else { throw BadName(name: modelName) }
        self.modelName = modelName
        textVQA = folder.pushing(FilePath(exactly: modelName + "/textvqa"))
        mmbench = folder.pushing(FilePath(exactly: modelName + "/mmbench"))
    }

    /// One file for each part that is answered at once, of which there is one, and all of them together.
    package var textVQAAnswers: [FilePath] { ["1_0.jsonl", "bm1.jsonl"].map { textVQA.appending($0) } }
    package var textVQAPage: FilePath { textVQA.appending("report.html") }
    package var mmbenchPage: FilePath { mmbench.appending("report.html") }

    /// - Parameter split: the table's name without its extension.
    package func mmbenchAnswers(split: FilePath.Component) -> FilePath {
        mmbench.appending("answers").appending(split).pushing(FilePath(exactly: modelName + ".jsonl"))
    }

    package func mmbenchSheet(split: FilePath.Component) -> FilePath {
        mmbench.appending("answers_upload").appending(split).pushing(FilePath(exactly: modelName + ".xlsx"))
    }
}
