"""Opens a report in a real Chromium without a window, uses it, and says what does not work.

The page is made by scripts/report_rows.py and caption-images report; scripts/test-report runs all three.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from browser import Browser, Checks

ROWS = "[...document.querySelectorAll('article')].map((article) => Number(article.dataset.row))"
IN_SIGHT = ("[...document.querySelectorAll('article')].filter((article) => { const box = article.getBoundingClientRect();"
            " return box.bottom > document.getElementById('tools').offsetHeight && box.top < innerHeight; })"
            ".map((article) => Number(article.dataset.row))")
COUNT = "document.getElementById('count').textContent"


def check_page(browser, page, records, samples, screenshots):
    check = Checks()
    url = page.resolve().as_uri()
    browser.screen(1280, 900)
    seconds = [browser.open(url) for _ in range(3)]
    print(f"opens in {min(seconds):.2f} s, {page.stat().st_size / 1e6:.1f} MB, "
          f"{browser.evaluate('document.querySelectorAll(`article`).length')} of {len(records)} rows drawn")
    total = f"{len(records):,}"
    check("all rows", browser.evaluate(COUNT), f"{total} rows")
    check("few rows are drawn", browser.evaluate("document.querySelectorAll('article').length") < 40)
    check("harmless title", browser.evaluate("document.title"), "captions.jsonl – captions")
    picture = "(async () => { const image = document.querySelector('article img'); await image.decode(); return image.naturalWidth; })()"
    check("pictures decode", browser.evaluate(picture) > 0)

    def shown(address):
        browser.evaluate(f"location.hash = {json.dumps(address)}")
        browser.settle()
        return browser.evaluate(COUNT)

    def counted(number):
        return "nothing found" if number == 0 else f"{number:,} of {total} rows"

    def text(number):
        return "\n".join([samples[number], *(records[number].get(key, "") for key in ("caption", "new_caption"))]).lower()

    failed = [number for number, record in enumerate(records) if "error" in record]
    check("failed", shown("filter=failed"), counted(len(failed)))
    check("first failed row", browser.evaluate(ROWS)[0], failed[0] + 1)
    noted = sum("note" in record for record in records)
    check("with a note", shown("filter=note"), counted(noted))
    rows = [number for number in range(len(records)) if "circle" in text(number) and "yellow" in text(number)]
    check("two words", shown("q=CIRCLE+yellow"), counted(len(rows)))
    without = [number for number in range(len(records)) if "circle" in text(number) and "yellow" not in text(number)]
    check("a word that must not occur", shown("q=circle+-yellow"), counted(len(without)))
    short = [number for number, record in enumerate(records) if 2 <= len(record.get("caption", "").split()) <= 3]
    check("a length", shown("q=words%3A2-3"), counted(len(short)))
    check("a stage", shown("q=stage%3Aread"), counted(sum(r.get("error", {}).get("stage") == "read" for r in records)))
    shown("q=CIRCLE+yellow")
    check("words are marked", browser.evaluate("document.querySelectorAll('article mark').length") > 0)
    name = records[1234]["image"]
    check("a path", shown(f"q={name}"), counted(1))
    check("an id", shown(f"q={records[4321]['id']}"), counted(1))
    check("nothing", shown("q=zzzyx"), "nothing found")
    whole = "a white background with a black border"
    check("a whole caption", shown(f'q=caption%3A"{whole}"'), counted(sum(r.get("caption") == whole for r in records)))
    check("harmful text is text", shown("q=%3Cimg%20src"), counted(sum("<img src" in text(n) for n in range(len(records)))))
    check("no element from it", browser.evaluate("document.querySelectorAll('#list img[src=x], #list script, #list b').length"), 0)
    scores = sorted((record["log_probability"], number) for number, record in enumerate(records)
                    if "caption" in record and record.get("kept") != "old")
    shown("sort=unlikely")
    check("least probable first", browser.evaluate(ROWS)[:3], [number + 1 for _, number in scores[:3]])

    if any("similarity" in record for record in records):
        check_scores(check, shown, counted, records, browser.evaluate)
    shown("")
    seen = set()
    browser.evaluate("scrollTo(0, document.getElementById('list').offsetTop - document.getElementById('tools').offsetHeight)")
    for _ in range(40):
        browser.call("Input.dispatchMouseEvent", type="mouseWheel", x=600, y=600, deltaX=0, deltaY=500)
        browser.settle()
        seen |= set(browser.evaluate(IN_SIGHT))
    time.sleep(0.3)
    seen |= set(browser.evaluate(IN_SIGHT))
    check("the wheel passes every row", sorted(seen), list(range(min(seen), max(seen) + 1)))
    check("and gets on", max(seen) > 80)
    shown("row=7000")
    check("a row by its address", 7000 in browser.evaluate(IN_SIGHT))
    overlap = ("[...document.querySelectorAll('article')].map((a) => a.getBoundingClientRect()).sort((a, b) => a.top - b.top)"
               ".every((box, i, all) => i === 0 || Math.abs(box.top - all[i - 1].bottom) < 1)")
    check("rows neither overlap nor gape", browser.evaluate(overlap))
    browser.evaluate("scrollTo(0, 1e9)")
    browser.settle()
    check("the end", browser.evaluate(ROWS)[-1], len(records))
    check("rows at the end neither overlap nor gape", browser.evaluate(overlap))
    shown("row=100")
    browser.key("j")
    browser.key("j")
    focused = browser.evaluate("document.activeElement.dataset.row")
    check("j moves on by a row", focused, "101")
    browser.key("/")
    check("/ goes to the search", browser.evaluate("document.activeElement.id"), "query")
    browser.call("Input.insertText", text="triangle")
    browser.settle()
    check("typing searches", browser.evaluate(COUNT), counted(sum("triangle" in text(n) for n in range(len(records)))))
    check("and is in the address", browser.evaluate("location.hash"), "#q=triangle")
    timing = browser.evaluate("(() => { const input = document.getElementById('query'); const start = performance.now();"
                              " for (const text of ['a', 'do', 'dog', '']) { input.value = text; input.dispatchEvent(new Event('input')); }"
                              " return (performance.now() - start) / 4; })()")
    print(f"a search takes {timing:.0f} ms")
    frames = browser.evaluate("(async () => { let worst = 0; for (let i = 0; i < 60; i += 1) { const start = performance.now();"
                              " scrollBy(0, 700); await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);"
                              " worst = Math.max(worst, performance.now() - start); } return worst; })()")
    print(f"scrolling by 700 pixels takes at worst {frames:.0f} ms")
    for width in (320, 375, 800, 1280):
        browser.screen(width, 800)
        check(f"nothing is wider than {width} pixels", browser.evaluate("document.documentElement.scrollWidth"), width)
        check(f"rows fit at {width} pixels", browser.evaluate(overlap))

    if screenshots:
        screenshots.mkdir(parents=True, exist_ok=True)
        views = [("wide", 1280, 1120, "light", ""), ("dark", 1280, 1000, "dark", "row=503"), ("narrow", 390, 844, "light", ""),
                 ("narrow-list", 390, 844, "dark", "row=506"), ("failed", 1280, 900, "light", "filter=failed&row=80"),
                 ("middle", 820, 1000, "light", "q=dog")]
        if any("similarity" in record for record in records):
            views.append(("lost", 1280, 1000, "dark", "filter=kept-old&sort=lost"))
        for name, width, height, scheme, address in views:
            browser.screen(width, height, scheme)
            browser.open(f"{url}#{address}")
            browser.screenshot(screenshots / f"{name}.png")

    browser.call("Emulation.setScriptExecutionDisabled", value=True)
    browser.call("Page.navigate", url=url)
    rows = "document.querySelectorAll('noscript tbody tr').length"
    start = time.monotonic()
    while browser.evaluate(f"document.readyState === 'complete' ? {rows} : 0") != len(records) and time.monotonic() - start < 60:
        time.sleep(0.05)
    check("all rows without scripts", browser.evaluate(rows), len(records))
    if screenshots:
        browser.picture(screenshots / "plain.png")

    requests = {event["params"]["request"]["url"].split(",")[0][:60] for event in browser.events
                if event.get("method") == "Network.requestWillBeSent"}
    outside = {request for request in requests if not request.startswith(("file:", "data:", "about:"))}
    check("nothing is loaded", outside, set())
    check("no complaint in the console", browser.complaints, [])
    return check.failures


def check_scores(check, shown, counted, records, evaluate):
    """Of a page with similarities: filters, orders, ranges, charts, and what a row says."""
    kept = {name: [number for number, record in enumerate(records) if record.get("kept") == name] for name in ("old", "new")}
    for name, numbers in kept.items():
        check(f"{name} kept", shown(f"filter=kept-{name}"), counted(len(numbers)))
    new, old, gain = {}, {}, {}
    for number, record in enumerate(records):
        if "old_similarity" not in record:
            continue
        old[number] = record["old_similarity"]
        value = record["similarity"] if record["kept"] == "new" else record.get("new_similarity")
        if value is not None:
            new[number] = value
            gain[number] = value - old[number]
    for order, values, sign in (("gained", gain, -1), ("lost", gain, 1), ("new-low", new, 1), ("new-high", new, -1),
                                ("old-low", old, 1), ("old-high", old, -1)):
        shown(f"sort={order}")
        first = sorted(values, key=lambda number: (sign * values[number], number))[:3]
        check(f"in the order {order}", evaluate(ROWS)[:3], [number + 1 for number in first])
    for name, values in (("old", old), ("new", new)):
        check(f"a range of {name} similarities", shown(f"q={name}%3A0.25..0.27"),
              counted(sum(0.25 <= value < 0.27 for value in values.values())))
    rejected = next(number for number, record in enumerate(records) if "new_caption" in record)
    shown(f"filter=kept-old&row={rejected + 1}")
    text = evaluate(f"document.querySelector('article[data-row=\"{rejected + 1}\"]').textContent")
    check("the new text that was not kept", " ".join(records[rejected]["new_caption"].split()) in " ".join(text.split()))
    check("and why", "old kept: new caption scored lower" in text)
    check("a threshold in the chart", evaluate("document.querySelectorAll('svg .limit').length"), 1)
    check("quartiles of old and new", evaluate("document.querySelectorAll('svg .box').length"), 2)
    bar = "[...document.querySelectorAll('#panels .column')].find((column) => /\\d new text/.test(column.textContent))"
    told_by_bar = evaluate(f"(() => {{ const bar = {bar}; bar.dispatchEvent(new Event('click')); return bar.textContent; }})()")
    number = told_by_bar.split(": ")[1].split(" new")[0]
    check("a bar leads to its rows", evaluate(COUNT), f"{number} of {len(records):,} rows")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="with report.html, captions.jsonl and data.jsonl of scripts/report_rows.py")
    parser.add_argument("--browser", default="chromium")
    parser.add_argument("--screenshots", type=Path, help="a folder for pictures of the page")
    arguments = parser.parse_args()

    def lines(name):
        text = (arguments.folder / name).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.split("\n") if line]

    samples = [row["text"] for row in lines("data.jsonl")]
    browser = Browser(arguments.browser)
    try:
        failures = check_page(browser.window(), arguments.folder / "report.html", lines("captions.jsonl"), samples,
                              arguments.screenshots)
    finally:
        browser.close()
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
