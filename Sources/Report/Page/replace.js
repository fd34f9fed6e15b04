// Find and replace: in the rows that are shown, with a look at what it would do before it is done.

/** What is searched for, as a regular expression, or why it is none. */
function searchPattern(text, { isRegex, isCased, isWord }) {
    const source = isRegex ? text : escapedPattern(text);
    // A word ends where no letter, mark or digit follows, whatever the alphabet.
    const whole = isWord ? `(?<![\\p{L}\\p{M}\\p{N}_])(?:${source})(?![\\p{L}\\p{M}\\p{N}_])` : source;
    try {
        return { pattern: new RegExp(whole, isCased ? "gu" : "giu") };
    } catch (error) {
        return { problem: error.message.replace(/^Invalid regular expression: /, "") };
    }
}

class Replacing {
    /** - shownRows: gives the rows to search. */
    constructor(decisions, shownRows, report) {
        this.decisions = decisions;
        this.shownRows = shownRows;
        this.report = report;
        const check = (text) => {
            const box = make("input", { type: "checkbox" });
            return [box, make("label", null, box, ` ${text}`)];
        };
        const field = (label) => {
            const input = make("input", { type: "text", autocomplete: "off", spellcheck: "false" });
            return [input, make("label", null, span("name", label), input)];
        };
        let find, replace, cased, word, regex;
        [this.find, find] = field("Find");
        [this.replacement, replace] = field("Replace with");
        [this.cased, cased] = check("match case");
        [this.word, word] = check("whole words");
        [this.regex, regex] = check("regular expression ($1 is its first group)");
        this.status = make("p", { class: "status", role: "status" });
        this.list = make("ol", { class: "preview", "aria-label": "What would be replaced", tabindex: 0 });
        this.done = make("button", { type: "submit", class: "main" }, "Replace");
        const form = make("form", { method: "dialog" }, make("h2", null, "Find and replace"), find, replace,
            make("div", { class: "checks" }, cased, word, regex), this.status, this.list,
            make("div", { class: "buttons" }, this.done, button("Cancel", "Escape", () => this.dialog.close())));
        this.dialog = make("dialog", { id: "replace", "aria-label": "Find and replace" }, form);
        for (const input of [this.find, this.replacement, this.cased, this.word, this.regex]) {
            // Not while an expression is half typed, and may match very much.
            input.addEventListener("input", () => {
                this.done.disabled = true;
                clearTimeout(this.timer);
                this.timer = setTimeout(() => this.preview(), 150);
            });
        }
        form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.apply();
        });
        document.body.append(this.dialog);
    }

    open() {
        this.preview();
        this.dialog.showModal();
        this.find.select();
        this.find.focus();
    }

    /** What would change: rows with their captions before and after. */
    changes() {
        const options = { isRegex: this.regex.checked, isCased: this.cased.checked, isWord: this.word.checked };
        const { pattern, problem } = searchPattern(this.find.value, options);
        if (problem || this.find.value === "") return { changes: [], problem };
        const text = this.replacement.value;
        // Outside of regular expressions a dollar sign is one.
        const by = this.regex.checked ? text : () => text;
        const changes = [];
        let emptied = 0;
        for (const row of this.shownRows()) {
            if (!row.editable || row.draft || row.review.decision === "rejected") continue;
            const before = this.decisions.captions(row);
            const after = before.map((caption) => caption.replace(pattern, by));
            if (after.every((caption, place) => caption === before[place])) continue;
            if (after.some((caption) => caption.trim() === "")) emptied += 1;
            else changes.push({ row, before, after, decision: "changed", captions: after });
        }
        return { changes, emptied };
    }

    preview() {
        const { changes, problem, emptied } = this.changes();
        const most = 200;
        this.status.textContent = problem ? `This is no regular expression: ${problem}`
            : this.find.value === "" ? "Searches the captions of the rows that are shown, but for rejected ones."
                : `${plural(changes.length, "row")} of ${count.format(this.shownRows().length)} shown would change`
                    + (emptied ? `; ${plural(emptied, "row")} would have an empty caption, and ${emptied === 1 ? "stays" : "stay"}` : "")
                    + (changes.length > most ? `; the first ${most}:` : "");
        this.list.replaceChildren(...changes.slice(0, most).map(({ row, before, after }) => make("li", null,
            span("id", `#${count.format(row.row)} `),
            make("del", { dir: "auto", lang: "" }, before.join("\n")), " ",
            make("ins", { dir: "auto", lang: "" }, after.join("\n")))));
        this.done.disabled = changes.length === 0;
        this.done.textContent = changes.length === 0 ? "Replace" : `Replace in ${plural(changes.length, "row")}`;
    }

    async apply() {
        clearTimeout(this.timer);
        const { changes } = this.changes();
        if (changes.length === 0) return;
        this.done.disabled = true;
        const result = await this.decisions.save(changes);
        if (result.isDone) {
            this.dialog.close();
            this.report(`${plural(changes.length, "row")} changed. U undoes it.`);
            return;
        }
        this.preview();
        this.status.textContent = result.isLate ? "Nothing was replaced: other windows changed rows meanwhile. Look again."
            : `Nothing was replaced: ${result.message}`;
    }
}
