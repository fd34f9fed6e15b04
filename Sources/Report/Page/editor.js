// The lower part of a card: what was decided of a row, and the captions while they are edited.

const decisionNames = { open: "undecided", accepted: "accepted", changed: "edited", rejected: "rejected" };

function button(text, title, action, attributes) {
    const element = make("button", { type: "button", title, ...attributes }, text);
    element.addEventListener("click", action);
    return element;
}

/** What is shown of a row below its captions. The actions are those of the review. */
function decisionControls(row, actions) {
    if (row.line === undefined) return null;
    if (row.draft) return draftEditor(row, actions);
    const { decision } = row.review;
    const pressed = (name) => ({ "aria-pressed": String(decision === name) });
    return make("div", { class: "decision", "data-decision": decision },
        row.review.captions ? make("p", { class: "was" }, span("unseen", "before the edit: "),
            make("span", { dir: "auto", lang: "" }, row.editable.join("\n"))) : null,
        make("div", { class: "buttons" },
            decision === "changed" ? button("Restore", "the caption before", () => actions.decide(row, "open"))
                : button("Accept", "A", () => actions.decide(row, "accepted"), pressed("accepted")),
            row.editable ? button("Edit", "E or Enter", () => actions.edit(row), { "data-is": decision === "changed" && "now" })
                : span("fixed", `cannot be edited: ${row.fixed}`),
            button("Reject", "X", () => actions.decide(row, "rejected"), pressed("rejected")),
            row.images?.length ? button("Image", "V", () => actions.picture.open(row)) : null));
}

function draftEditor(row, actions) {
    const fields = row.draft.captions.map((text, place) => {
        const label = row.draft.captions.length > 1 ? `Caption ${place + 1}` : "Caption";
        const field = make("textarea", { rows: 1, "aria-label": label, dir: "auto", spellcheck: "true" });
        field.value = text;
        field.addEventListener("input", () => {
            if (row.draft) row.draft.captions[place] = field.value;
            fit(field);
        });
        requestAnimationFrame(() => fit(field));
        new ResizeObserver(() => actions.resized()).observe(field);
        field.addEventListener("keydown", (event) => {
            if (event.isComposing) return;
            if (event.key === "Enter" && !event.shiftKey) {
                if (!row.draft?.isLate) actions.keep(row, true);
            } else if (event.key === "Escape") actions.drop(row);
            else return;
            event.preventDefault();
            event.stopPropagation();
        });
        return field;
    });
    const theirs = row.review.captions ?? row.editable;
    const notice = !row.draft.isLate ? null : make("p", { class: "late", role: "alert" },
        `Another window made this row ${decisionNames[row.review.decision]} meanwhile: `,
        make("span", { dir: "auto", lang: "" }, theirs.join("\n")));
    const buttons = row.draft.isLate
        ? [button("Keep mine", null, () => actions.keep(row)), button("Take theirs", null, () => actions.drop(row))]
        : [button("Save", "Enter", () => actions.keep(row)), button("Cancel", "Escape", () => actions.drop(row))];
    return make("div", { class: "decision editing" }, fields, notice,
        row.draft.problem ? make("p", { class: "late", role: "alert" }, row.draft.problem) : null,
        make("div", { class: "buttons" }, buttons, span("fixed", "Shift+Enter makes a line break")));
}

/** Gives a field the height of its text. */
function fit(field) {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight + 2}px`;
}
