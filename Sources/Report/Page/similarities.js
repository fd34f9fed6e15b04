// How similar texts are to their images: after each text, as charts, and what was kept for it.

const similarityOrders = {
    gained: "gain", lost: "gain", "new-low": "newMean", "new-high": "newMean", "old-low": "oldMean", "old-high": "oldMean",
};

const isNumber = (value) => value !== null && value !== undefined;
const mean = (values) => (values.length ? values.reduce((sum, value) => sum + value, 0) / values.length : null);
const newSimilarities = (row) => row.newSimilarities ?? row.similarities ?? [];
const numbersOf = (values) => (values ?? []).filter(isNumber);

/** Adds to a row what it is sorted by: of a sample with several texts their means. */
function prepareSimilarities(row) {
    const [old, now] = [row.oldSimilarities ?? [], newSimilarities(row)];
    row.oldMean = mean(numbersOf(old));
    row.newMean = mean(numbersOf(now));
    const gains = old.map((value, place) => (isNumber(value) && isNumber(now[place]) ? now[place] - value : null));
    row.gain = mean(numbersOf(gains));
}

/** Reads `0.2..0.3`, the second of which is not among what is found; null for what is no range. */
function similarityRange(text) {
    const [, low, dots, high] = /^(-?[\d.]*?)(\.\.)?(-?\d*\.?\d*)$/.exec(text) ?? [];
    const [least, most] = [low, high].map((bound) => (bound ? Number(bound) : null));
    if (!dots || Number.isNaN(least) || Number.isNaN(most) || (least === null && most === null)) return null;
    return [least ?? -Infinity, most ?? Infinity];
}

function similarityTest(key, [least, most]) {
    const values = key === "old" ? (row) => row.oldSimilarities ?? [] : newSimilarities;
    return (row) => values(row).some((value) => isNumber(value) && value >= least && value < most);
}

const similarityText = (value, digits = 2) => value.toFixed(digits).replace(/^-(0\.0*)$/, "$1").replace("-", "−");

/** Similarities after a text; of a sample with several texts each has the number of its own. */
function chips(values) {
    const several = values?.length > 1;
    return (values ?? []).map((value, place) => isNumber(value) &&
        make("span", { class: "chip", title: `similarity to the image: ${similarityText(value, 4)}` },
            span("unseen", " similarity "), several ? `${place + 1}: ` : null, similarityText(value)))
        .filter(Boolean);
}

/** After the text that a row has now, with what it gained where it is new. */
function nowChips(row) {
    const isKept = row.kept?.every((kept) => kept === "old");
    if (row.gain === null || isKept) return chips(row.similarities);
    const change = `${row.gain < 0 ? "" : "+"}${similarityText(row.gain)}`;
    const title = "how much more similar the new text is to the image than the old one";
    return [...chips(row.similarities), make("span", { class: row.gain < 0 ? "change loss" : "change", title }, change)];
}

/** Which texts were kept, why, and the new text that was not. */
function choice(row, marker) {
    const many = row.why?.length > 1;
    const reasons = (row.why ?? []).map((why, place) => {
        const [kept, ...reason] = why.split(/(?=:)/);
        return make("p", { class: "why" }, many ? `text ${place + 1}: ` : null, make("strong", null, kept), reason.join(""));
    });
    const scores = (row.newSimilarities ?? []).map((value, place) => (row.kept?.[place] === "old" ? value : null));
    if (numbersOf(scores).length === 0) return reasons;
    const words = row.rejected === undefined ? span("empty", "the output does not say it")
        : row.rejected.trim() === "" ? span("empty", "empty")
            : make("span", { dir: "auto", lang: "" }, markedText(row.rejected.trim(), marker));
    return [make("p", { class: "rejected" }, span("name", "New, not kept: "), words, chips(scores)), reasons];
}

function quartiles(sorted) {
    return [0.25, 0.5, 0.75].map((share) => {
        const place = share * (sorted.length - 1);
        const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
        return low + (high - low) * (place - Math.floor(place));
    });
}

/** The threshold of the run, if scores are what it was compared with: those of samples may have another scale. */
function threshold(rows, settings) {
    const value = settings?.recaption_below;
    if (typeof value !== "number") return null;
    const fits = rows.every((row) => (row.kept ?? []).every((kept, place) => {
        const old = row.oldSimilarities?.[place];
        if (!isNumber(old) || settings.keep_caption === "old" || settings.keep_original) return true;
        // Scores are written as the shortest number that stands for a float32.
        const isSpared = Math.fround(old) >= value;
        return isNumber(row.newSimilarities?.[place]) ? !isSpared : kept === "new" || isSpared;
    }));
    return fits ? value : null;
}

function similarityPanel(rows, settings, search) {
    const sorted = (values) => numbersOf(values).sort((a, b) => a - b);
    const now = sorted(rows.flatMap(newSimilarities));
    const old = sorted(rows.flatMap((row) => row.oldSimilarities ?? []));
    const all = sorted([...now, ...old]);
    if (all.length === 0) return null;
    const limit = threshold(rows, settings);
    const [least, most] = [Math.min(all[0], limit ?? Infinity), Math.max(all[all.length - 1], limit ?? -Infinity)];
    const step = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05].find((step) => (most - least) / step < 38) ?? 0.1;
    const edge = (bin) => Number((bin * step).toFixed(3));
    const binOf = (value) => {
        const bin = Math.floor(value / step);
        return value < edge(bin) ? bin - 1 : value >= edge(bin + 1) ? bin + 1 : bin;
    };
    // Few equal scores shall not make one bar of the whole width.
    const first = binOf(least) - 1;
    const bins = Math.max(12, binOf(most) + 2 - first);
    const binned = (values) => {
        const numbers = new Array(bins).fill(0);
        for (const value of values) numbers[binOf(value) - first] += 1;
        return numbers;
    };
    const [nowBins, oldBins] = [binned(now), binned(old)];
    const largest = nowBins.concat(oldBins).reduce((a, b) => Math.max(a, b), 1);
    const width = chartWidth / bins;
    const height = (number) => ((chartBase - 8) * number) / largest;
    const across = (value) => (value / step - first) * width;
    const range = (bin) => [edge(first + bin), edge(first + bin + 1)];
    const columns = nowBins.map((number, bin) => {
        const [from, to] = range(bin);
        const told = (count, which) => (count ? plural(count, `${which} text`) : null);
        const numbers = [told(number, "new"), told(oldBins[bin], "old")].filter(Boolean).join(", ") || "none";
        const area = makeSVG("g", { class: "column" },
            makeSVG("title", null, `${similarityText(from, 3)} to ${similarityText(to, 3)}: ${numbers}`),
            makeSVG("rect", { x: bin * width, y: 0, width, height: chartBase, class: "area" }),
            makeSVG("rect", {
                x: bin * width + 0.5, y: chartBase - height(number), width: Math.max(0.5, width - 1),
                height: height(number), rx: 1, class: "fill",
            }));
        area.addEventListener("click", () => search(`${number || !oldBins[bin] ? "new" : "old"}:${from}..${to}`));
        return area;
    });
    let path = `M0 ${chartBase}`;
    oldBins.forEach((number, bin) => (path += `V${chartBase - height(number)}H${(bin + 1) * width}`));
    const series = [["new", now, "box"], ["old", old, "box old"]].filter(([, values]) => values.length > 0);
    const boxes = series.map(([name, values, style], line) => {
        const [low, half, high] = quartiles(values);
        const y = chartBase + 6 + 9 * line;
        return makeSVG("g", { class: style },
            makeSVG("title", null, `${name}: quartiles ${[low, half, high].map((value) => similarityText(value, 3)).join(", ")}`),
            makeSVG("path", { d: `M${across(values[0])} ${y}H${across(values[values.length - 1])}` }),
            makeSVG("rect", { x: across(low), y: y - 3, width: Math.max(1, across(high) - across(low)), height: 6, rx: 1 }),
            makeSVG("path", { d: `M${across(half)} ${y - 3}v6`, class: "median" }));
    });
    const bottom = chartBase + 9 * series.length;
    const every = [1, 2, 5, 10, 20, 50].find((every) => bins / every <= 8) ?? bins;
    const labels = [];
    for (let bin = 0; bin < bins; bin += 1) {
        if ((first + bin) % every !== 0) continue;
        labels.push([bin * width, similarityText(edge(first + bin), step < 0.01 ? 3 : 2)]);
    }
    const described = series.map(([name, values]) => {
        const [low, half, high] = quartiles(values).map((value) => similarityText(value));
        return `${series.length > 1 ? `${name}: ` : ""}median ${half}, quartiles ${low} and ${high}`;
    });
    const gains = rows.map((row) => row.gain).filter(isNumber);
    const gained = gains.filter((gain) => gain > 0).length;
    if (gains.length) described.push(`new above old in ${count.format(gained)} of ${plural(gains.length, "row")}`);
    const told = described.join("; ");
    const attributes = {
        viewBox: `0 0 ${chartWidth} ${bottom + 20}`, role: "img", "aria-label": `Texts by their similarity to the image: ${told}`,
    };
    const legend = old.length > 0 || limit !== null ? make("p", { class: "legend" },
        now.length ? [span("key"), old.length ? "new" : "texts"] : null, old.length ? [span("key old"), "old"] : null,
        limit === null ? null : [span("key limit"), `captioned below ${String(limit).replace("-", "−")}`]) : null;
    return panel("Similarity to the image", told, makeSVG("svg", attributes, columns,
        old.length ? makeSVG("path", { d: `${path}V${chartBase}`, class: "outline" }) : null,
        makeSVG("path", { d: `M0 ${chartBase}H${chartWidth}`, class: "axis" }), boxes,
        limit === null ? null : makeSVG("path", { d: `M${across(limit)} 0V${bottom}`, class: "limit" }),
        axis(labels, bottom + 14)), legend);
}

/** How many texts of either kind were kept, and of what was known. */
function keptPanel(rows, settings, show) {
    // Beside new texts stand the old ones, whatever they score.
    const untouched = settings?.keep_original ? "old" : "old, not captioned";
    const groups = tally(rows.flatMap((row) => (row.kept ?? []).map((kept, place) => {
        if (kept === "old") return isNumber(row.newSimilarities?.[place]) ? "old, the new one no better" : untouched;
        return isNumber(row.oldSimilarities?.[place]) ? "new" : "new, there was no old one";
    })));
    if (groups.length === 0) return null;
    const sum = (name) => groups.reduce((all, [text, number]) => all + (text.startsWith(name) ? number : 0), 0);
    const [old, all] = [sum("old"), sum("")];
    const note = `${count.format(old)} old (${percent(old, all)}) and ${count.format(all - old)} new (${percent(all - old, all)})`;
    const entries = groups.map(([text, number]) => ({
        text, number, hint: percent(number, all), action: () => show(text.startsWith("old") ? "kept-old" : "kept-new"),
    }));
    return panel("Texts that were kept", note, bars(entries, groups[0][1]));
}
