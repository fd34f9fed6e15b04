import CaptionerFiles
import Testing

@Suite struct ForeignContentsTests {
    @Test(arguments: [
        ("<!DOCTYPE html>\n<html>", "it is a web page (HTML) that was saved in place of the file"),
        ("PK\u{3}\u{4}abc", "it is a ZIP archive, as PyTorch writes .bin and .pt files"),
        ("version https://git-lfs.github.com/spec/v1\n", "it is a pointer of Git LFS"),
        ("Entry not found\n", "it is text that begins with \"Entry not found\""),
        (#"{"error": "Repository not found"}"#, #"it is JSON that begins with {"error": "Repository not found"}"#),
        ("%PDF-1.7", "it looks like PDF"), ("PAR1\u{15}", "it looks like Parquet"), ("GGUF\u{3}", "it looks like GGUF"),
        ("\u{8}\u{7}\u{12}\u{7}pytorch\u{1A}\u{5}2.4.0", "it looks like ONNX"),
        ("a/model.bin" + String(repeating: "\0", count: 246) + "ustar", "it is an archive (tar); unpack it"),
        ("BZh91AY", "it is compressed (bzip2); unpack it"),
    ])
    func whatIsThereInsteadOfWeights(contents: String, beginning: String) throws {
        let explanation = try #require(ForeignContents.explanation(contents.utf8, expected: .safetensors))
        #expect(explanation.hasPrefix(beginning))
    }

    @Test func whatIsExpectedIsNotForeign() {
        #expect(ForeignContents.explanation("{".utf8, expected: .json) == nil)
        #expect(ForeignContents.explanation("a b".utf8, expected: .text) == nil)
        #expect(ForeignContents.explanation([0x10, 0, 0, 0, 0, 0, 0, 0, 0x7B], expected: .safetensors) == nil)
        #expect(ForeignContents.explanation([UInt8](), expected: .json) == nil)
        // The length of a header, and not the start of an ONNX file.
        #expect(ForeignContents.explanation([0x08, 0x07, 0x12, 0, 0, 0, 0, 0, 0x7B], expected: .safetensors) == nil)
    }
}
