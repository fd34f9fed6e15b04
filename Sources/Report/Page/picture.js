// An image as large as the window.

class PictureView {
    constructor(decisions) {
        this.decisions = decisions;
        this.dialog = make("dialog", { id: "picture", "aria-label": "Image" });
        this.dialog.addEventListener("click", () => this.dialog.close());
        this.dialog.addEventListener("close", () => {
            for (const url of this.urls ?? []) URL.revokeObjectURL(url);
            this.urls = undefined;
            this.dialog.replaceChildren();
        });
        document.body.append(this.dialog);
    }

    async open(row) {
        if (row.line === undefined || !row.images?.length) return;
        const urls = this.urls = [];
        this.dialog.replaceChildren(make("form", { method: "dialog" }, make("button", null, "Close")));
        this.dialog.showModal();
        for (const [place, name] of row.images.slice(0, 4).entries()) {
            const answer = await fetch(`picture?line=${row.line}&place=${place}`,
                { headers: { Authorization: `Bearer ${this.decisions.token}` } }).catch(() => null);
            // Meanwhile it may have been closed, and opened for another row.
            if (!this.dialog.open || this.urls !== urls) return;
            if (!answer?.ok) {
                this.dialog.append(make("p", null, `${name} cannot be shown`));
                continue;
            }
            const blob = await answer.blob();
            if (this.urls !== urls) return;
            const url = URL.createObjectURL(blob);
            urls.push(url);
            this.dialog.append(make("img", { src: url, alt: name }));
        }
    }
}
