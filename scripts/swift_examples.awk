# Makes a Swift file of the examples in pages and doc comments, a function of each, so that the compiler reads them: awk -f swift_examples.awk FILE...
# What an example takes as given (`captioner`, `url`, ...) are the function's parameters.
BEGIN {
    print "import Captioner\nimport CaptionerDemoModel\nimport Foundation"
}
FNR == 1 { inside = 0 }
{ line = $0 }
FILENAME ~ /\.swift$/ {
    if (line !~ /^[ \t]*\/\/\/( |$)/) next
    sub(/^[ \t]*\/\/\/ ?/, "", line)
}
line ~ /^```swift$/ {
    inside = 1
    count = 0
    place = FILENAME ":" FNR
    next
}
inside && line ~ /^```/ {
    inside = 0
    # A line of a package's manifest.
    if (lines[1] ~ /^\.package\(/) next
    printf "\n// %s\nfunc example%d(\n", place, ++examples
    print "    captioner: Captioner, encoder: ImageTextEncoder, url: URL, beach: URL, urls: [URL], folder: URL, model: URL, packed: URL,"
    print "    data: Data, bytes: Data, options: Captioner.GenerationOptions\n) async throws {"
    for (i = 1; i <= count; i++) print "    " lines[i]
    print "}"
    next
}
inside && line !~ /^import / { lines[++count] = line }
END { if (examples < 20) exit 1 }
