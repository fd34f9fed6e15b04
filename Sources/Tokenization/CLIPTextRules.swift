/// By which library's rules a text becomes tokens of CLIP. The vocabulary is the same, and most captions get the same ids by
/// all of them.
package enum CLIPTextRules: String, Sendable, CaseIterable {
    /// `CLIPTokenizerFast` of transformers 4 and `CLIPTokenizer` of transformers 5, which `tokenizer.json` describes.
    case huggingFaceFast = "hf-fast"
    /// `CLIPTokenizer` of transformers 4, written in Python, where the package ftfy is not installed.
    case huggingFaceSlow = "hf-slow"
    /// `SimpleTokenizer` of open_clip, which is that of OpenAI.
    case openCLIP = "open_clip"
}

/// Why a text gets no tokens.
package struct TextRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
