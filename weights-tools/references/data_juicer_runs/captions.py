"""What the stand-in model says of each image of the fixtures: three candidates, in the order of the rounds."""

CAPTIONS: dict[str, list[str]] = {
    "images/00609/006092514.jpg": ["a bird on a branch\n", "a small bird\n", "a bird\n"],
    "images/00326/003266885.jpg": ["a black and white photo of a lamp\n", "a lamp\n", "lamp\n"],
    "images/00000/000000001.jpg": ["a gate in a wall at night\n", "a gate\n", "the gate\n"],
    "images/plain.png": ["a caption that the limit cut off in the", "no line break", ""],
    "images/tokens.png": ["says <__dj__image> itself\n", "and <|__dj__eoc|> too\n", "[img] [end]\n"],
    "images/unicode.png": ["一只猫坐在垫子上\n", "naïve café\n", "Ωμέγα\n"],
    "images/emoji.png": ["👩‍🚀 with 🎈\n", "e\u0301 and é\n", "\U0001f600\n"],
    "images/control.png": ["\u2028 \u2029 \u007f \u0080 \u0085 \ufeff\n", "\u0001\u001f\b\f\v\t\r\n", "\u00a0\n"],
    "images/quotes.png": ["\"a\" 'b' \\ / </script> & <b>\n", "\\n \\u0041\n", "//\n"],
    "images/möwe \"1\".png": ["a gull\n", "gull\n", "a bird\n"],
    "images/link.png": ["what the link leads to\n", "a link\n", "link\n"],
    "images/near.png": [
        "two sheep stand on a wide meadow in the sun\n", "a photo of a small dog on the green grass\n", "a photo of a big dog on the green lawn\n"],
    "images/upper.png": ["a bus in the rain on a street\n", "A PHOTO OF A SMALL DOG IN THE PARK today\n", "a photo of a small cat\n"],
    "images/spaces.png": ["a photo  of a big red car in  town\n", "something else that is not alike\n", "a photo of a big red bus in town\n"],
    "images/void.png": ["", "nothing in common with it here now\n", "\n"],
    "images/words.png": ["dog\n", "a dog\n", "a small brown dog\n"],
    "images/ties.png": ["other words that were here before now\n", "other words that were here before now\n", "dog\n"],
    "images/case.png": ["été i̇stanbul ß σίσυφος οδος à la mer\n", "ÉTÉ İSTANBUL SS ΣΊΣΥΦΟΣ\n", "summer by the sea in the sun\n"],
}
for letter in "abcdef":
    CAPTIONS[f"images/{letter}.png"] = [f"caption {letter} one\n", f"Caption {letter.upper()} two\n", f"{letter} three\n"]
CAPTIONS["./images/a.png"] = CAPTIONS["images/a.png"]
CAPTIONS["../data-juicer/images/c.png"] = CAPTIONS["images/c.png"]
CAPTIONS["images/../images//d.png"] = CAPTIONS["images/d.png"]
CAPTIONS["./images/b.png"] = CAPTIONS["images/b.png"]
