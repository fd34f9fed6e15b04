// The review: decides rows by keys and buttons, and says what came of it.

class ReviewPage {
    constructor(page, list, parts) {
        this.page = page;
        this.list = list;
        this.shownRows = parts.shownRows;
        this.recount = parts.recount;
        this.decisions = new Decisions(page, (...change) => this.show(...change));
        for (const row of page.rows) if (!row.review) row.review = { decision: "open" };
        filters.push(
            ["open", "Undecided", (row) => row.line !== undefined && row.review.decision === "open"],
            ["accepted", "Accepted", (row) => row.review.decision === "accepted"],
            ["edited", "Edited", (row) => row.review.decision === "changed"],
            ["rejected", "Rejected", (row) => row.review.decision === "rejected"]);
        this.replacing = new Replacing(this.decisions, this.shownRows, (text) => this.tell(text));
        this.merging = new Merging(this.decisions);
        this.picture = new PictureView(this.decisions);
        this.notice = make("p", { id: "notice", role: "status" });
        this.progress = make("span", { id: "decided" });
        byID("tools").append(make("div", { id: "review" }, this.progress,
            button("Undo", "U", () => this.undo()),
            button("Replace…", "R", () => this.replacing.open()),
            button("Merge…", "M", () => this.merging.open())));
        byID("tools").after(this.notice);
        byID("hints").append(make("p", null, ...[
            ["A", "accept"], ["X", "reject"], ["E", "edit"], ["U", "undo"], ["N", "next undecided row"],
            ["V", "the whole image"], ["R", "find and replace"], ["M", "merge"],
        ].flatMap(([key, text]) => [make("kbd", null, key), ` ${text} `])));
        addEventListener("beforeunload", (event) => {
            if (page.rows.some((row) => row.draft)) event.preventDefault();
        });
        this.watch();
    }

    // What others do is shown within two seconds.
    async watch() {
        for (;;) {
            if (document.visibilityState === "visible") {
                const { isDone, message } = await this.decisions.refresh();
                if (!isDone) this.tell(message, true);
                else if (this.isLost) this.tell("");
                this.isLost = !isDone;
            }
            await new Promise((resolve) => setTimeout(resolve, 2000));
        }
    }

    tell(text, isBad = false) {
        if (this.notice.textContent !== text) this.notice.textContent = text;
        this.notice.classList.toggle("bad", isBad);
        this.list.draw();
    }

    show(rows, isOwn, isFirst) {
        for (const row of rows) this.list.remake(row);
        this.showProgress();
        this.recount();
        if (!isOwn && !isFirst) this.tell(`${plural(rows.length, "row")} changed in another window.`);
    }

    showProgress() {
        const numbers = { open: 0, accepted: 0, changed: 0, rejected: 0 };
        for (const row of this.page.rows) if (row.line !== undefined) numbers[row.review.decision] += 1;
        this.progress.textContent = ["accepted", "changed", "rejected", "open"]
            .map((name) => `${count.format(numbers[name])} ${decisionNames[name]}`).join(" · ");
    }

    controls(row) {
        return decisionControls(row, this);
    }

    /** Decides a row; what it was decided already is taken back. */
    async decide(row, decision, goesOn = false) {
        if (row.line === undefined || row.draft) return;
        const wanted = row.review.decision === decision ? "open" : decision;
        if (goesOn && wanted !== "open") this.list.step(1);
        // An edited row is accepted as it was edited.
        if (wanted === "accepted" && row.review.decision === "changed") return;
        const result = await this.decisions.save([{ row, decision: wanted }]);
        this.tell(result.isDone ? "" : `Row ${count.format(row.row)} was not saved: ${result.message}`, !result.isDone);
    }

    /** Gives a row the captions that it had before it was edited. */
    restore(row) {
        return this.decide(row, "open");
    }

    edit(row) {
        if (!row.editable) return;
        row.draft ??= { captions: [...this.decisions.captions(row)] };
        this.list.remake(row);
        const field = this.list.article(row)?.querySelector("textarea");
        field?.focus();
        field?.setSelectionRange(field.value.length, field.value.length);
    }

    /** Saves an edit. */
    async keep(row, goesOn = false) {
        const { captions } = row.draft;
        row.draft.isLate = false;
        const isSame = captions.every((text, place) => text === this.decisions.captions(row)[place]);
        const result = isSame ? { isDone: true } : await this.decisions.save([{ row, decision: "changed", captions }]);
        if (result.isDone) {
            row.draft = undefined;
            this.tell("");
        } else {
            // Late ones are told beside the field.
            row.draft.problem = result.isLate ? undefined : `Not saved: ${result.message}`;
        }
        this.list.remake(row);
        if (!result.isDone) this.list.article(row)?.querySelector("textarea")?.focus();
        else if (goesOn) this.list.step(1);
        else this.list.article(row)?.focus({ preventScroll: true });
    }

    /** Leaves the editor, and what is in it. */
    drop(row) {
        row.draft = undefined;
        this.list.remake(row);
        this.list.article(row)?.focus({ preventScroll: true });
    }

    async undo() {
        const result = await this.decisions.undo();
        if (!result.isDone) return this.tell(`Nothing was undone: ${result.message}`, true);
        const rows = result.rows.map(({ line }) => this.decisions.rows.get(line)).filter((row) => row);
        this.tell(`Undone in ${rows.length === 1 ? `row ${count.format(rows[0].row)}` : plural(rows.length, "row")}.`);
        if (rows.length > 0) this.list.reveal(rows[0]);
    }

    /** Goes to the next row of which nothing was decided. */
    next() {
        const rows = this.shownRows();
        const from = this.list.current + 1;
        const place = rows.findIndex((row, place) => place >= from && row.line !== undefined && row.review.decision === "open");
        if (place >= 0) this.list.go(place);
        else this.tell("There is no undecided row below.");
    }

    /** Does what a key says; false for other keys. */
    key(event, row) {
        const key = event.key.toLowerCase();
        if (event.shiftKey) return false;
        const ofAll = { u: () => this.undo(), r: () => this.replacing.open(), m: () => this.merging.open(), n: () => this.next() };
        const ofRow = {
            a: () => this.decide(row, "accepted", true), x: () => this.decide(row, "rejected", true),
            e: () => this.edit(row), v: () => this.picture.open(row),
        };
        const isOnCard = event.target.matches?.("article");
        const action = ofAll[key] ?? (row && ofRow[key]) ?? (row && isOnCard && key === "enter" ? ofRow.e : null);
        action?.();
        return Boolean(action);
    }
}

/** Writes what was decided into rows or texts. */
class Merging {
    constructor(decisions) {
        this.decisions = decisions;
        const option = (value, text, isChosen) => {
            const radio = make("input", { type: "radio", name: "into", value, checked: isChosen });
            return make("label", null, radio, ` ${text}`);
        };
        this.decidedOnly = make("input", { type: "checkbox" });
        this.told = make("div", { class: "told", role: "status" });
        this.done = make("button", { type: "submit", class: "main" }, "Write");
        this.form = make("form", { method: "dialog" }, make("h2", null, "Merge"),
            make("p", null, "Decisions are saved already. This writes files with them; the output itself stays as it is."),
            option("rows", "a new file of rows beside the output, without rejected rows", true),
            option("sidecars", "text files beside the images; texts of rejected rows are removed"),
            make("label", null, this.decidedOnly, " in the file of rows, only accepted and edited ones"),
            this.told,
            make("div", { class: "buttons" }, this.done, button("Close", "Escape", () => this.dialog.close())));
        this.dialog = make("dialog", { id: "merge", "aria-label": "Merge" }, this.form);
        this.form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.write();
        });
        document.body.append(this.dialog);
    }

    open() {
        this.told.replaceChildren();
        this.dialog.showModal();
    }

    async write() {
        const into = new FormData(this.form).get("into");
        this.done.disabled = true;
        this.told.replaceChildren("Writing …");
        const { status, json } = await this.decisions.ask("merge", { into, decidedOnly: this.decidedOnly.checked });
        this.done.disabled = false;
        if (status !== 200) return this.told.replaceChildren(`Nothing was written: ${json.error.message}`);
        this.told.replaceChildren(make("p", null, json.summary),
            make("ul", { class: "preview" }, json.remarks.map((remark) => make("li", null, remark))));
    }
}

/** An image as large as the window. */
class PictureView {
    constructor(decisions) {
        this.decisions = decisions;
        this.dialog = make("dialog", { id: "picture", "aria-label": "Image" });
        this.dialog.addEventListener("click", () => this.dialog.close());
        this.dialog.addEventListener("close", () => {
            for (const url of this.urls ?? []) URL.revokeObjectURL(url);
            this.dialog.replaceChildren();
        });
        document.body.append(this.dialog);
    }

    async open(row) {
        if (row.line === undefined || !row.images?.length) return;
        this.urls = [];
        this.dialog.replaceChildren(make("form", { method: "dialog" }, make("button", null, "Close")));
        this.dialog.showModal();
        for (const [place, name] of row.images.slice(0, 4).entries()) {
            const answer = await fetch(`picture?line=${row.line}&place=${place}`,
                { headers: { Authorization: `Bearer ${this.decisions.token}` } }).catch(() => null);
            if (!this.dialog.open) return;
            if (!answer?.ok) {
                this.dialog.append(make("p", null, `${name} cannot be shown`));
                continue;
            }
            const url = URL.createObjectURL(await answer.blob());
            this.urls.push(url);
            this.dialog.append(make("img", { src: url, alt: name }));
        }
    }
}
