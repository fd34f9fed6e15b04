// One row as people see it.

/** A text with the words that are searched for marked. */
function markedText(text, marker) {
    if (!marker) return [text];
    return text.split(marker).map((part, number) => (number % 2 ? make("mark", null, part) : part));
}

/** The folder of a path may break after its slashes. */
function pathText(path, marker) {
    return path.split(/(?<=\/)/).flatMap((part) => [...markedText(part, marker), document.createElement("wbr")]);
}

function picture(row, place, thumbnails) {
    const thumbnail = thumbnails[row.thumbnails?.[place]];
    const name = row.images[place];
    if (typeof thumbnail === "string") {
        const src = `data:image/jpeg;base64,${thumbnail}`;
        return make("img", { src, alt: name.split("/").pop(), decoding: "async" });
    }
    return make("div", { class: "lacking" }, thumbnail === false ? "cannot be shown" : "file missing");
}

function pictures(row, thumbnails) {
    const images = row.images ?? [];
    const shown = Math.min(images.length, row.thumbnails?.length ?? 0);
    const more = images.length - shown;
    return make("div", { class: shown > 1 ? "pictures several" : "pictures" },
        Array.from({ length: shown }, (_, place) => picture(row, place, thumbnails)),
        shown === 0 ? make("div", { class: "lacking" }, "no image") : null,
        more > 0 && shown > 0 ? span("more", `and ${more} more`) : null);
}

const scoreText = (score) =>
    score === null || score === undefined ? null : score.toFixed(2).replace(/^-0\.00$/, "0.00").replace("-", "−");

function caption(text, score, marker) {
    const shown = scoreText(score);
    const words = text.trim() === "" ? span("empty", "empty")
        : make("span", { dir: "auto", lang: "" }, markedText(text.trim(), marker));
    if (shown === null) return [words];
    const title = "log-probability of the caption, in nats";
    return [words, make("span", { class: "score", title }, span("unseen", " log-probability "), ` ${shown}`)];
}

function newText(row, marker, controls) {
    const captions = row.captions ?? [];
    const parts = [span("label", "Now")];
    if (row.stage !== undefined) {
        const message = markedText(row.message ?? "", marker);
        parts.push(make("p", { class: "failure" }, make("strong", null, row.stage), " ", message));
    } else if (captions.length === 1) {
        parts.push(make("p", { class: "caption" }, caption(captions[0], row.scores?.[0], marker),
            nowChips(row), row.old !== undefined && !row.isChanged ? span("same", "as before") : null));
    } else if (captions.length === 0) {
        parts.push(make("p", { class: "empty" }, "no caption"));
    } else {
        parts.push(make("ol", { class: "captions" }, captions.map((text, place) =>
            make("li", null, caption(text, row.scores?.[place], marker), chips([row.similarities?.[place]])))));
    }
    parts.push(choice(row, marker));
    if (row.note !== undefined) parts.push(make("p", { class: "note" }, markedText(row.note, marker)));
    return make("div", { class: "now" }, parts, controls);
}

function oldText(row, marker) {
    const isUnknown = row.old === undefined && row.oldMean !== null;
    const text = !row.old ? make("p", { class: "empty" }, row.old === "" ? "empty" : isUnknown ? "unknown" : "none")
        : make("p", { dir: "auto", lang: "" }, markedText(row.old, marker));
    text.append(...chips(row.oldSimilarities));
    return make("div", { class: "before" }, span("label", "Before"), text);
}

/** The article of a row: place and total are those of the rows shown. */
function card(row, place, total, page, marker) {
    const images = row.images ?? [];
    return make("article", {
        class: "card", tabindex: 0, "aria-posinset": place + 1, "aria-setsize": total, "aria-label": `Row ${row.row}`,
        "data-row": row.row,
    },
        page.about.hasPictures ? pictures(row, page.thumbnails) : null,
        page.hasOld ? oldText(row, marker) : null,
        newText(row, marker, page.review?.controls(row)),
        make("p", { class: "facts" },
            make("a", { href: page.link(row), title: "a link to this row" },
                span("unseen", "row "), `#${count.format(row.row)}`),
            row.id === undefined ? null : span("id", span("unseen", "id "), markedText(row.id, marker)),
            images.slice(0, 4).map((image) => span("path", pathText(image, marker)))));
}
