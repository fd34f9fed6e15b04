// Writing what was decided into rows, or into texts beside images.

class Merging {
    constructor(decisions) {
        this.decisions = decisions;
        const option = (value, text, isChosen) => {
            const radio = make("input", { type: "radio", name: "into", value, checked: isChosen });
            return make("label", null, radio, ` ${text}`);
        };
        this.decidedOnly = make("input", { type: "checkbox" });
        this.status = make("div", { class: "status", role: "status" });
        this.done = make("button", { type: "submit", class: "main" }, "Write");
        this.form = make("form", { method: "dialog" }, make("h2", null, "Merge"),
            make("p", null, "Decisions are saved already. This writes files with them; the output itself stays as it is."),
            make("fieldset", null, make("legend", { class: "unseen" }, "Into"),
                option("rows", "a new file of rows beside the output, without rejected rows", true),
                option("sidecars", "text files beside the images; texts of rejected rows are removed")),
            make("label", null, this.decidedOnly, " in the file of rows, only accepted and edited ones"),
            this.status,
            make("div", { class: "buttons" }, this.done, button("Close", "Escape", () => this.dialog.close())));
        this.dialog = make("dialog", { id: "merge", "aria-label": "Merge" }, this.form);
        this.form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.write();
        });
        document.body.append(this.dialog);
    }

    open() {
        const edited = this.decisions.drafts();
        this.status.replaceChildren(edited === 0 ? "" : `${plural(edited, "row")} with an edit that is not saved yet: it is left out.`);
        this.dialog.showModal();
    }

    async write() {
        const into = new FormData(this.form).get("into");
        this.done.disabled = true;
        this.status.replaceChildren("Writing …");
        const { status, json } = await this.decisions.ask("merge", { into, decidedOnly: this.decidedOnly.checked });
        this.done.disabled = false;
        if (status !== 200) return this.status.replaceChildren(`It was not finished: ${json.error.message}`);
        this.status.replaceChildren(make("p", null, json.summary),
            make("ul", { class: "preview" }, json.remarks.map((remark) => make("li", null, remark))));
    }
}
