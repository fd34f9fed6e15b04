// What is searched for, what is shown, and in which order.

const filters = [
    ["all", "All", () => true],
    ["captioned", "Captioned", (row) => row.stage === undefined],
    ["failed", "Failed", (row) => row.stage !== undefined],
    ["note", "With a note", (row) => row.note !== undefined],
    ["changed", "Changed", (row) => row.isChanged],
    ["kept-old", "Old kept", (row) => row.kept?.includes("old")],
    ["kept-new", "New kept", (row) => row.kept?.includes("new")],
];

const byLength = (a, b) => a.words - b.words;
// What has no score stands last, whichever way.
const by = (key, sign) => (a, b) => {
    const [left, right] = [a[key] ?? sign * Infinity, b[key] ?? sign * Infinity];
    return left === right ? 0 : left < right ? -sign : sign;
};
const orders = [
    ["position", "in order", null],
    ["shortest", "shortest first", byLength],
    ["longest", "longest first", (a, b) => byLength(b, a)],
    ["unlikely", "least probable first", by("score", 1)],
    ["likely", "most probable first", by("score", -1)],
    ["gained", "similarity: largest gain first", by("gain", -1)],
    ["lost", "similarity: largest loss first", by("gain", 1)],
    ["new-low", "new similarity: lowest first", by("newMean", 1)],
    ["new-high", "new similarity: highest first", by("newMean", -1)],
    ["old-low", "old similarity: lowest first", by("oldMean", 1)],
    ["old-high", "old similarity: highest first", by("oldMean", -1)],
];

/** Adds to a row what is asked for often. */
function prepare(row, position) {
    row.position = position;
    row.best = row.captions ? tidy(row.captions[0] ?? "") : null;
    row.words = row.best === null ? -1 : wordCount(row.best);
    row.score = row.scores?.[0] ?? undefined;
    prepareSimilarities(row);
    row.isChanged = row.best !== null && row.old !== undefined && tidy(row.old) !== row.best;
}

const fold = (text) => text.normalize("NFC").toLowerCase();

/** What a search looks into. */
function haystack(row) {
    return (row.haystack ??= fold(
        [row.old, ...(row.captions ?? []), row.rejected, row.id, ...(row.images ?? []), row.note, row.stage, row.message]
            .filter((text) => text !== undefined)
            .join("\n"),
    ));
}

/** Reads a search: a test for rows, and the words to mark. */
function parseQuery(text) {
    const tests = [];
    const marked = [];
    const pattern = /(-?)(?:(words|stage|caption|old|new):)?(?:"((?:\\.|[^"\\])*)"?|(\S+))/g;
    for (const [, minus, key, quoted, bare] of text.matchAll(pattern)) {
        const value = quoted === undefined ? bare : quoted.replace(/\\(.)/g, "$1");
        if (!value) continue;
        let test;
        if (key === "words") {
            const [, low, dash, high] = /^(\d*)(-?)(\d*)$/.exec(value) ?? [null, "", "", ""];
            const [least, most] = [Number(low || 0), dash ? Number(high || Infinity) : Number(low || Infinity)];
            test = (row) => row.words >= least && row.words <= most;
        } else if (key === "stage") {
            test = (row) => row.stage === value;
        } else if (key === "caption") {
            const whole = tidy(value);
            test = (row) => row.best === whole;
        } else if (key && similarityRange(value)) {
            test = similarityTest(key, similarityRange(value));
        } else {
            // Words may look like a key.
            const needle = fold(key ? `${key}:${value}` : value);
            test = (row) => haystack(row).includes(needle);
            if (!minus) marked.push(key ? `${key}:${value}` : value);
        }
        tests.push(minus ? (row) => !test(row) : test);
    }
    return { matches: (row) => tests.every((test) => test(row)), marker: marker(marked) };
}

/** Finds the words to mark in a caption; null if there are none. */
function marker(words) {
    if (words.length === 0) return null;
    return new RegExp(`(${words.map((word) => escapedPattern(word.normalize("NFC"))).join("|")})`, "gi");
}

/** A text as a regular expression that finds it. */
const escapedPattern = (text) => text.replace(/[.*+?^${}()|[\]\\\/]/g, "\\$&");

const quote = (text) => `"${text.replace(/["\\]/g, "\\$&")}"`;

/** The rows that a state shows, in its order. */
function select(rows, state) {
    const query = parseQuery(state.query);
    const found = rows.filter(query.matches);
    const filter = filters.find(([name]) => name === state.filter) ?? filters[0];
    const shown = found.filter(filter[2]);
    const order = (orders.find(([name]) => name === state.order) ?? orders[0])[2];
    if (order) shown.sort((a, b) => order(a, b) || a.position - b.position);
    return { shown, found, marker: query.marker };
}
