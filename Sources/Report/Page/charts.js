// The overview's charts: how long captions are, and how fast it went.

function panel(title, note, ...content) {
    const head = [make("h2", null, title), note && make("p", { class: "aside" }, note)];
    return make("section", { class: "panel" }, head, content);
}

function middle(sorted) {
    return sorted.length ? sorted[sorted.length >> 1] : 0;
}

const [chartWidth, chartHeight, chartBase] = [320, 132, 112];

function chart(label, ...content) {
    const attributes = { viewBox: `0 0 ${chartWidth} ${chartHeight}`, role: "img", "aria-label": label };
    return makeSVG("svg", attributes, ...content);
}

function axis(labels, y) {
    return labels.map(([x, text, anchor]) =>
        makeSVG("text", { x, y, "text-anchor": anchor ?? "middle", class: "tick" }, text));
}

function lengthPanel(rows, search) {
    const now = rows.filter((row) => row.best !== null).map((row) => row.words).sort((a, b) => a - b);
    if (now.length === 0) return null;
    const old = rows.filter((row) => row.old !== undefined).map((row) => wordCount(tidy(row.old)));
    old.sort((a, b) => a - b);
    // Old captions without end shall not make a needle of the rest: what is beyond the last bar counts as in it.
    const reach = Math.max(11, now[now.length - 1], old[Math.floor(old.length * 0.98)] ?? 0);
    const step = Math.max(1, Math.ceil((reach + 1) / 40));
    const bins = Math.floor(reach / step) + 1;
    const binned = (lengths) => {
        const numbers = new Array(bins).fill(0);
        for (const length of lengths) numbers[Math.min(bins - 1, Math.floor(length / step))] += 1;
        return numbers;
    };
    const [nowBins, oldBins] = [binned(now), binned(old)];
    const largest = Math.max(...nowBins, ...oldBins);
    const [width, height] = [chartWidth / bins, (number) => ((chartBase - 8) * number) / largest];
    const rects = nowBins.map((number, bin) => {
        const range = step === 1 ? `${bin}` : `${bin * step}-${bin * step + step - 1}`;
        const area = makeSVG("g", { class: "column" },
            makeSVG("title", null, `${range} words: ${plural(number, "caption")}`),
            makeSVG("rect", { x: bin * width, y: 0, width, height: chartBase, class: "area" }),
            makeSVG("rect", {
                x: bin * width + 0.75, y: chartBase - height(number), width: Math.max(0.5, width - 1.5),
                height: height(number), rx: 1, class: "fill",
            }));
        area.addEventListener("click", () => search(`words:${range}`));
        return area;
    });
    let path = `M0 ${chartBase}`;
    oldBins.forEach((number, bin) => (path += `V${chartBase - height(number)}H${(bin + 1) * width}`));
    const every = Math.ceil(bins / 8);
    const labels = [];
    for (let bin = 0; bin < bins; bin += every) labels.push([(bin + 0.5) * width, bin * step]);
    const told = `median ${plural(middle(now), "word")}, ${now[0]} to ${now[now.length - 1]}`;
    const before = old.length ? `; before: ${middle(old)}` : "";
    return panel("Length of captions", told + before,
        chart(`Captions by their number of words: ${told}${before}`, rects,
            old.length ? makeSVG("path", { d: `${path}V${chartBase}`, class: "outline" }) : null,
            makeSVG("path", { d: `M0 ${chartBase}H${chartWidth}`, class: "axis" }), axis(labels, chartHeight - 6)),
        old.length ? make("p", { class: "legend" }, span("key"), "now", span("key old"), "before") : null);
}

/** Images a second over the time that a run was at work, its sessions one after the other. */
function ratePanel(sessions) {
    const points = [];
    const breaks = [];
    let [start, finished, seconds] = [0, 0, 0];
    for (const session of sessions ?? []) {
        const marks = (session.rates ?? []).filter((mark) => Array.isArray(mark) && mark[0] !== null && mark[1] !== null);
        if (marks.length === 0) continue;
        if (start > 0) breaks.push(start);
        const whole = marks[marks.length - 1];
        // Sixty points a session at most: between two neighbours chance would rule.
        const least = whole[0] / 60;
        let last = [0, 0];
        for (const mark of marks) {
            if (mark[0] - last[0] <= 0 || (mark[0] - last[0] < least && mark !== whole)) continue;
            points.push([start + (last[0] + mark[0]) / 2, (mark[1] - last[1]) / (mark[0] - last[0])]);
            last = mark;
        }
        start += whole[0];
        seconds += whole[0];
        finished += whole[1];
    }
    if (points.length < 2) return null;
    const most = Math.max(...points.map(([, value]) => value)) * 1.1 || 1;
    const across = (time) => ((chartWidth * time) / start).toFixed(1);
    const place = ([time, value]) => `${across(time)} ${(chartBase - ((chartBase - 8) * value) / most).toFixed(1)}`;
    const line = points.map(place).join("L");
    const ends = [points[0], points[points.length - 1]].map(([time]) => across(time));
    const sessionCount = breaks.length ? ` in ${plural(breaks.length + 1, "session")}` : "";
    const told = `${rate(finished / seconds)} on average over ${duration(seconds)}${sessionCount}`;
    return panel("Images per second", told,
        chart(`Images per second over time: ${told}`,
            makeSVG("path", { d: `M${ends[0]} ${chartBase}L${line}L${ends[1]} ${chartBase}Z`, class: "under" }),
            breaks.map((time) => makeSVG("path", { d: `M${across(time)} 0V${chartBase}`, class: "break" })),
            makeSVG("path", { d: `M${line}`, class: "line" }),
            makeSVG("path", { d: `M0 ${chartBase}H${chartWidth}`, class: "axis" }), axis([[0, rate(most / 1.1), "start"]], 10),
            axis([[0, "0", "start"], [chartWidth, duration(start), "end"]], chartHeight - 6)));
}
