import CaptionerTokenization
import Testing

/// The results are those of transformers' `clean_up_tokenization`, versions 4.38 and 5.23.
struct TokenizationSpacesTests {
    @Test(arguments: [
        ("", ""), (" ", " "), ("a dog 's ball , red .", "a dog's ball, red."), ("why ? no !", "why? no!"),
        ("it is n't", "it isn't"), ("I 'm , they 're , we 've", "I'm, they're, we've"),
        ("she 'll go , he 'd go", "she 'll go, he 'd go"), ("the ' best ' one", "the'best'one"),
        // Each replacement goes over the whole text once, in its turn.
        ("a  . b", "a . b"), (" ,, ...", ",,..."), (" ' 's", "''s"), ("' ' ' '", "''' '"), (" ' . '", " '. '"),
        (" n't 's", "n't's"), (" 'st", "'st"), ("3 .14", "3.14"), ("a .\u{301} b", "a.\u{301} b"), ("ü .\n", "ü.\n"),
    ])
    func replacesOneAfterTheOther(text: String, expected: String) {
        #expect(Array(text.removingTokenizationSpaces().utf8) == Array(expected.utf8))
    }

    @Test func otherWhiteSpaceStays() {
        for space in ["\n", "\t", "\u{A0}", "\u{3000}"] {
            let text = "a\(space). b\(space)'s"
            #expect(text.removingTokenizationSpaces() == text)
        }
    }
}
