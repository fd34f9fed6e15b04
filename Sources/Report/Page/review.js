// The review: decides rows by keys and buttons, and says what came of it.

class ReviewPage {
    constructor(page, list, parts) {
        this.page = page;
        this.list = list;
        this.shownRows = parts.shownRows;
        this.recount = parts.recount;
        this.selectAgain = parts.selectAgain;
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
        this.alarm = make("p", { id: "alarm", role: "alert" });
        this.progress = make("span", { id: "decided" });
        byID("tools").append(make("div", { id: "review" }, this.progress,
            button("Next", "N: the next undecided row", () => this.next()),
            button("Undo", "U", () => this.undo()),
            button("Replace…", "R", () => this.replacing.open()),
            button("Merge…", "M", () => this.merging.open())));
        document.body.append(make("div", { id: "messages" }, this.notice, this.alarm));
        byID("hints").after(make("footer", null, ...[
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
                else if (this.isLost) this.tell("The program answers again.");
                this.isLost = !isDone;
            }
            await new Promise((resolve) => setTimeout(resolve, 2000));
        }
    }

    tell(text, isBad = false) {
        const [place, other] = isBad ? [this.alarm, this.notice] : [this.notice, this.alarm];
        other.replaceChildren();
        // The same words are said again, too, but not every two seconds.
        if (!isBad || place.textContent !== text) place.replaceChildren(...(text ? [span("said", text)] : []));
    }

    resized() {
        this.list.draw();
    }

    show(rows, isOwn, isFirst) {
        // Filters and searches were about what was not known yet.
        if (isFirst && this.decisions.drafts() === 0) this.selectAgain();
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
        // A row that was edited and then rejected is edited again.
        const { captions } = row.review;
        const before = decision === "rejected" && captions ? "changed" : "open";
        const wanted = row.review.decision === decision ? before : decision;
        if (goesOn && wanted === decision) this.list.step(1);
        // An edited row is accepted as it was edited.
        if (wanted === "accepted" && row.review.decision === "changed") return;
        const isKept = wanted === "changed" || wanted === "rejected";
        const result = await this.decisions.save([{ row, decision: wanted, captions: isKept ? captions : undefined }]);
        this.tell(result.isDone ? "" : `Row ${count.format(row.row)} was not saved: ${result.message}`, !result.isDone);
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
        const { draft } = row;
        if (!draft || draft.isSaving) return;
        [draft.isSaving, draft.isLate] = [true, false];
        const now = this.decisions.captions(row);
        const captions = draft.captions.map((text, place) => (text === now[place] ? text : text.trim()));
        const equals = (others) => captions.every((text, place) => text === others[place]);
        const isUntouched = equals(now) && row.review.decision !== "rejected";
        const change = equals(row.editable) ? { row, decision: "open" } : { row, decision: "changed", captions };
        const result = isUntouched ? { isDone: true } : await this.decisions.save([change]);
        draft.isSaving = false;
        if (result.isDone) {
            row.draft = undefined;
            this.tell("");
        } else {
            // Beside the field there is a notice of late ones.
            draft.problem = result.isLate ? undefined : `Not saved: ${result.message}`;
        }
        const isHere = this.list.article(row)?.contains(document.activeElement);
        this.list.remake(row);
        if (!isHere) return;
        if (!result.isDone) this.list.article(row)?.querySelector("textarea")?.focus();
        else if (goesOn) this.list.step(1);
        else this.list.article(row)?.focus({ preventScroll: true });
    }

    /** Leaves the editor, and what is in it. */
    drop(row) {
        // What is being saved is no longer up to the field.
        if (row.draft?.isSaving) return;
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
        // A key that is held down decides one row.
        if (event.shiftKey || event.repeat) return false;
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
