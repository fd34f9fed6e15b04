// The overview's lists: which captions are frequent, what failed, how the run was made.

/** A list with a bar behind each entry; entries with an action are buttons. */
function bars(entries, largest) {
    return make("ul", { class: "bars" }, entries.map(({ text, number, action, hint }) => {
        const words = make("span", { class: "words", dir: "auto" }, text);
        const attributes = { class: "bar", type: action ? "button" : null, title: hint };
        const entry = make(action ? "button" : "div", attributes, words, span("number", count.format(number)));
        entry.style.setProperty("--share", `${(100 * number) / largest}%`);
        if (action) entry.addEventListener("click", action);
        return make("li", null, entry);
    }));
}

function tally(values) {
    const numbers = new Map();
    for (const value of values) numbers.set(value, (numbers.get(value) ?? 0) + 1);
    return [...numbers].sort((a, b) => b[1] - a[1]);
}

function frequencyPanel(rows, search) {
    const captions = rows.filter((row) => row.best !== null).map((row) => row.best);
    if (captions.length === 0) return null;
    const numbers = tally(captions);
    const repeated = numbers.filter(([, number]) => number > 1).slice(0, 6);
    const share = percent(numbers.length, captions.length);
    const note = `${count.format(numbers.length)} different among ${count.format(captions.length)} (${share})`;
    const entries = repeated.map(([text, number]) => ({
        text: text || "(empty)", number, hint: `${text} (${percent(number, captions.length)})`,
        action: text ? () => search(`caption:${quote(text)}`) : () => search("words:0"),
    }));
    const list = entries.length ? bars(entries, repeated[0][1]) : make("p", null, "None occurs twice.");
    return panel("Most frequent captions", note, list);
}

function errorPanel(rows, search) {
    const failed = rows.filter((row) => row.stage !== undefined);
    if (failed.length === 0) return panel("Errors by cause", "nothing failed");
    const stages = tally(failed.map((row) => row.stage));
    const lists = stages.map(([stage, number]) => {
        // The same message about another file is the same cause.
        const causes = tally(failed.filter((row) => row.stage === stage).map(cause));
        return [
            bars([{ text: stage, number, action: () => search(`stage:${stage}`) }], failed.length),
            make("ul", { class: "causes" }, causes.slice(0, stages.length > 2 ? 2 : 4).map(([text, times]) =>
                make("li", { title: text }, span("words", text), span("number", count.format(times))))),
        ];
    });
    const share = percent(failed.length, rows.length);
    return panel("Errors by cause", `${plural(failed.length, "row")} of ${count.format(rows.length)} (${share})`, lists);
}

function cause(row) {
    const message = (row.images ?? []).reduce((text, image) => text.replaceAll(image, "…"), row.message ?? "");
    // The folders before it go as well. A pattern would take a time that grows with the square of a long message.
    const parts = message.split("/…");
    const words = parts.slice(0, -1).map((part) => part.slice(0, lastSpace(part) + 1) + "…");
    return (words.join("") + parts.at(-1)).replace(/\d+/g, "N");
}

const lastSpace = (text) => Math.max(...[" ", "\n", "\t"].map((space) => text.lastIndexOf(space)));

function settingsPanel(settings) {
    const entries = Object.entries(settings ?? {}).filter(([, value]) => value !== null && value !== false);
    if (entries.length === 0) return null;
    const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value));
    const lines = entries.map(([name, value]) =>
        make("div", null, make("dt", null, name.replaceAll("_", " ")), make("dd", null, shown(value))));
    return make("details", { class: "settings" }, make("summary", null, "How it was made"), make("dl", null, lines));
}
