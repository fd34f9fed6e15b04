// What is decided of rows: saved by the program at once, and shown in all windows.

/** A name for this window that stays when it is loaded again. A copy of a window has another one. */
function windowName() {
    const isLoadedAgain = performance.getEntriesByType("navigation")[0]?.type === "reload";
    const name = (isLoadedAgain && sessionStorage.getItem("window")) || crypto.randomUUID();
    sessionStorage.setItem("window", name);
    return name;
}

/** What is known of the text that a row had, and of no other. */
const textFacts = ["scores", "similarities", "newSimilarities", "kept", "why"];

class Decisions {
    /** - show: is called with rows that changed, whether this window changed them, and whether it knew nothing before. */
    constructor(page, show) {
        this.token = page.about.token;
        this.window = windowName();
        this.show = show;
        this.last = 0;
        // Decisions arrive in the order in which they were made.
        this.order = Promise.resolve();
        this.rows = new Map(page.rows.filter((row) => row.line !== undefined).map((row) => [row.line, row]));
        for (const row of this.rows.values()) {
            row.review = { version: 0, decision: "open" };
            row.original = {};
            for (const name of ["captions", ...textFacts]) row.original[name] = row[name];
        }
    }

    /** The status and the JSON of an answer; a status of 0 if there is none. */
    async ask(path, body) {
        const headers = { Authorization: `Bearer ${this.token}` };
        const options = body === undefined ? { headers }
            : { headers: { ...headers, "Content-Type": "application/json" }, method: "POST", body: JSON.stringify(body) };
        try {
            // Merging may take long.
            const signal = path === "merge" ? undefined : AbortSignal.timeout(30000);
            const answer = await fetch(path, { ...options, cache: "no-store", signal });
            return { status: answer.status, json: await answer.json() };
        } catch {
            return { status: 0, json: { error: { message: "the program does not answer; is it still running?" } } };
        }
    }

    /** Takes what the program knows of rows. */
    take(update, isOwn, isFirst = false) {
        const changed = [];
        for (const { line, ...review } of update.rows) {
            const row = this.rows.get(line);
            if (!row || review.version <= row.review.version) continue;
            row.review = review;
            if (row.draft && !isOwn) row.draft.isLate = true;
            this.prepare(row);
            changed.push(row);
        }
        if (changed.length > 0) this.show(changed, isOwn, isFirst);
    }

    /** Gives a row the captions that it has now. */
    prepare(row) {
        const { captions } = row.review;
        const old = row.original;
        // Of a sample the page has one text for all chunks.
        row.captions = !captions ? old.captions
            : captions.length === old.captions?.length ? captions : [captions.join("\n")];
        for (const name of textFacts) row[name] = captions ? undefined : old[name];
        row.haystack = undefined;
        prepare(row, row.position);
    }

    /** How many rows are being edited. */
    drafts() {
        return [...this.rows.values()].filter((row) => row.draft).length;
    }

    /** The captions of a row that can be edited. */
    captions(row) {
        return row.review.captions ?? row.editable;
    }

    /** Saves decisions for rows, all of them or none. The answer says whether it was done, else why not. */
    save(changes) {
        return this.inOrder(async () => {
            const rows = changes.map(({ row, decision, captions }) =>
                ({ line: row.line, version: row.review.version, decision, captions }));
            return this.settle(await this.ask("changes", { window: this.window, rows }));
        });
    }

    undo() {
        return this.inOrder(async () => this.settle(await this.ask("undo", { window: this.window })));
    }

    inOrder(work) {
        this.order = this.order.then(work);
        return this.order;
    }

    settle({ status, json }) {
        if (status === 200) {
            this.take(json, true);
            return { isDone: true, rows: json.rows };
        }
        // What others did meanwhile is shown.
        if (status === 409 && json.rows) this.take(json, false);
        return { isDone: false, isLate: status === 409, message: json.error.message };
    }

    /** Asks what happened in other windows. */
    refresh() {
        return this.inOrder(() => this.look());
    }

    async look() {
        const { status, json } = await this.ask(`changes?since=${this.last}`);
        if (status === 200) {
            const isFirst = !this.isKnown;
            [this.isKnown, this.last] = [true, json.last];
            this.take(json, false, isFirst);
        }
        return { isDone: status === 200, message: json.error?.message };
    }
}
