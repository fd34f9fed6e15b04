// The page: its data, its state, which is also its address, and what people do.

const page = JSON.parse(byID("data").textContent);
byID("data").remove();
byID("plain").remove();
page.rows.forEach(prepare);
page.hasOld = page.rows.some((row) => row.old !== undefined || row.oldMean !== null);
page.hasScores = page.rows.some((row) => row.score !== undefined);
document.body.classList.toggle("has-old", page.hasOld);
document.body.classList.toggle("has-pictures", page.about.hasPictures);
document.body.classList.toggle("has-kept", page.rows.some((row) => row.kept));

const state = { query: "", filter: "all", order: "position" };
let selection = { shown: [], found: [], marker: null };

function readAddress() {
    const parameters = new URLSearchParams(location.hash.slice(1));
    state.query = parameters.get("q") ?? "";
    state.filter = filters.some(([name]) => name === parameters.get("filter")) ? parameters.get("filter") : "all";
    state.order = orders.some(([name]) => name === parameters.get("sort")) ? parameters.get("sort") : "position";
    return parameters.get("row");
}

function address(row) {
    const parameters = new URLSearchParams();
    if (state.query) parameters.set("q", state.query);
    if (state.filter !== "all") parameters.set("filter", state.filter);
    if (state.order !== "position") parameters.set("sort", state.order);
    if (row) parameters.set("row", row);
    return `#${parameters}`;
}

page.link = (row) => address(row.row);
const list = new RowList(byID("list"), byID("tools"), (row, place, total) =>
    card(row, place, total, page, selection.marker));

function recount() {
    for (const [name, , test] of filters) {
        const label = document.querySelector(`[data-filter="${name}"] .number`);
        if (label) label.textContent = count.format(selection.found.filter(test).length);
    }
}

function refresh(staysInPlace = false) {
    selection = select(page.rows, state);
    recount();
    byID("count").textContent = selection.shown.length === 0 ? "nothing found"
        : selection.shown.length === page.rows.length ? plural(page.rows.length, "row")
            : `${count.format(selection.shown.length)} of ${plural(page.rows.length, "row")}`;
    byID("nothing").hidden = selection.shown.length > 0 || page.rows.length === 0;
    list.show(selection.shown, staysInPlace);
}

function change(part) {
    Object.assign(state, part);
    try {
        history.replaceState(null, "", address());
    } catch {
        // Where a browser forbids it to files, the address stays what it was.
    }
    showControls();
    refresh();
}

function showControls() {
    if (byID("query").value !== state.query) byID("query").value = state.query;
    byID("order").value = state.order;
    const radio = document.querySelector(`[data-filter="${state.filter}"] input`);
    if (radio) radio.checked = true;
}

function goTo(row) {
    const place = selection.shown.findIndex((other) => String(other.row) === row);
    if (place >= 0) list.scrollTo(place);
}

function makeControls() {
    const numbers = Object.fromEntries(filters.map(([name, , test]) => [name, page.rows.filter(test).length]));
    for (const [name, text] of filters) {
        if (name === "changed" ? !page.hasOld : /^(note|kept)/.test(name) && numbers[name] === 0) continue;
        const radio = make("input", { type: "radio", name: "filter", value: name });
        radio.addEventListener("change", () => change({ filter: name }));
        byID("filters").append(make("label", { "data-filter": name }, radio, span("name", text), span("number")));
    }
    for (const [name, text] of orders) {
        if (name.endsWith("likely") && !page.hasScores) continue;
        if (similarityOrders[name] && page.rows.every((row) => row[similarityOrders[name]] === null)) continue;
        // Where nothing was scored before, there is one kind.
        const hasOne = page.rows.every((row) => row.oldMean === null);
        byID("order").append(make("option", { value: name }, hasOne ? text.replace("new similarity", "similarity") : text));
    }
    byID("order").addEventListener("change", () => change({ order: byID("order").value }));
    byID("query").addEventListener("input", () => change({ query: byID("query").value }));
    byID("clear").addEventListener("click", () => change({ query: "", filter: "all" }));
    byID("skip").addEventListener("click", (event) => {
        event.preventDefault();
        list.step(1);
    });
}

function makeOverview() {
    const failed = page.rows.filter((row) => row.stage !== undefined).length;
    const noted = page.rows.filter((row) => row.note !== undefined).length;
    const changed = page.rows.filter((row) => row.isChanged).length;
    const { rowCount, total, settings, sessions } = page.about;
    const facts = [
        (rowCount > page.rows.length ? `the first ${count.format(page.rows.length)} of ` : "")
            + plural(Math.max(rowCount, page.rows.length), "row"),
        `${count.format(page.rows.length - failed)} captioned`, failed ? `${count.format(failed)} failed` : null,
        noted ? `${count.format(noted)} with a note` : null,
        changed ? `${count.format(changed)} changed` : null,
        total > rowCount ? `${count.format(total)} in the whole input` : null,
    ];
    byID("summary").textContent = facts.filter((fact) => fact !== null).join(" · ");
    byID("notes").append(...page.about.notes.map((note) => make("li", null, note)));
    const search = (query) => change({ query, filter: "all" });
    const panels = [
        similarityPanel(page.rows, settings, search),
        keptPanel(page.rows, settings, (filter) => change({ query: "", filter })), lengthPanel(page.rows, search),
        frequencyPanel(page.rows, search), errorPanel(page.rows, search), ratePanel(sessions), settingsPanel(settings),
    ];
    byID("score-hints").hidden = page.rows.every((row) => row.newMean === null && row.oldMean === null);
    byID("panels").append(...panels.filter((panel) => panel !== null));
    // On a small screen the captions come first.
    if (innerWidth < 640) byID("overview").open = false;
    byID("overview").addEventListener("toggle", () => list.draw());
}

addEventListener("keydown", (event) => {
    const isTyping = event.target.closest?.("input[type=search], select, textarea");
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (isTyping) {
        if (event.key === "Escape") isTyping.blur();
        return;
    }
    const article = event.target.closest?.("article");
    const isInList = Boolean(article);
    const row = isInList ? page.rows.find((row) => String(row.row) === article.dataset.row) : undefined;
    if (event.key === "/") byID("query").focus();
    else if (page.review?.key(event, row)) void 0;
    else if (event.key === "j" || (isInList && event.key === "PageDown")) list.step(1);
    else if (event.key === "k" || (isInList && event.key === "PageUp")) list.step(-1);
    else return;
    event.preventDefault();
});

addEventListener("hashchange", () => {
    const row = readAddress();
    showControls();
    refresh(true);
    if (row) goTo(row);
});

const linkedRow = new URLSearchParams(location.hash.slice(1)).get("row");
if (page.about.token) {
    page.review = new ReviewPage(page, list, {
        shownRows: () => selection.shown, recount,
        selectAgain() {
            const focused = document.activeElement.closest("article")?.dataset.row;
            refresh(true);
            if (linkedRow) goTo(linkedRow);
            if (focused) list.reveal(page.rows.find((row) => String(row.row) === focused));
        },
    });
}
makeControls();
makeOverview();
readAddress();
showControls();
refresh(true);
if (linkedRow) goTo(linkedRow);
page.review?.showProgress();
document.documentElement.dataset.opened = Math.round(performance.now());
