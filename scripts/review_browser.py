"""Reviews captions in a real Chromium, in two windows, and says what does not work.

usage: review_browser.py PROGRAM PICTURES [--browser chromium] [--screenshots FOLDER]
PROGRAM is a caption-images with a server, PICTURES a folder; scripts/test-review runs it.
"""

import argparse
import http.server
import json
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from browser import Browser, Checks

FOCUSED = "(document.activeElement?.closest('article')?.dataset.row ?? '')"
NOTICE = "document.getElementById('notice').textContent"
DECIDED = "document.getElementById('decided').textContent"
DIALOG = "(document.querySelector('dialog[open]')?.id ?? '')"


def card(row):
    return f"document.querySelector('article[data-row=\"{row}\"]')"


def decision(row):
    return f"({card(row)}?.querySelector('.decision')?.dataset.decision ?? '')"


class Review:
    """The program, and the address of its page."""

    def __init__(self, program, output):
        self.process = subprocess.Popen([program, "review", output, "--quiet"], stdout=subprocess.PIPE, text=True)
        self.url = self.process.stdout.readline().strip()
        self.base, _, self.token = self.url.partition("/?token=")

    def ask(self, path, body=None, **headers):
        """The status of an answer, and its JSON."""
        request = urllib.request.Request(
            self.base + path, data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", **headers})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def check_keys(check, window, records, journal):
    """A reviewer without a mouse."""
    window.key("j")
    check("j goes to the first row", window.evaluate(FOCUSED), "1")
    window.key("a")
    check("A accepts", window.until(f"{decision(1)} === 'accepted'"))
    check("and goes on", window.evaluate(FOCUSED), "2")
    window.key("x")
    check("X rejects", window.until(f"{decision(2)} === 'rejected'"))
    window.key("e")
    check("E edits", window.evaluate("document.activeElement.value"), records[2]["caption"])
    window.evaluate("document.activeElement.select()")
    window.type('"pear" <img src=x onerror="document.title = 1"> 🍐')
    window.key("Enter")
    check("Enter saves", window.until(f"{decision(3)} === 'changed'"))
    check("and goes on from there", window.evaluate(FOCUSED), "4")
    check("markup is text", window.evaluate(f"{card(3)}.querySelector('.caption').textContent.includes('<img src=x')"))
    check("the caption before stays in sight", window.evaluate(f"{card(3)}.querySelector('.was').textContent.endsWith({json.dumps(records[2]['caption'])})"))
    window.evaluate(f"{card(3)}.focus()")
    window.key("a")
    check("A keeps an edit", window.evaluate(f"{FOCUSED} + {decision(3)}"), "4changed")
    window.key("Enter")
    window.type(" that is not kept")
    window.key("Escape")
    check("Escape leaves a caption as it was", window.evaluate(decision(4)), "open")
    check("and the row focused", window.evaluate(FOCUSED), "4")
    check("what was decided is counted", window.evaluate(DECIDED), f"1 accepted · 1 edited · 1 rejected · {len(records) - 3} undecided")
    saved = [row for change in lines(journal) for row in change.get("rows", [])]
    check("and saved", [row["decision"] for row in saved], ["accepted", "rejected", "changed"])
    reached = []
    window.evaluate(f"{card(4)}.focus()")
    window.key("Tab")
    for _ in range(3):
        reached.append(window.evaluate("document.activeElement.textContent"))
        window.key("Tab")
    check("buttons are reached by Tab", reached, ["Accept", "Edit", "Reject"])
    window.evaluate(f"{card(4)}.focus()")
    window.key("a")
    window.until(f"{decision(4)} === 'accepted'")
    window.key("u")
    check("U undoes", window.until(f"{decision(4)} === 'open'"))
    check("and says where", window.until(f"{NOTICE} === 'Undone in row 4.'"))
    window.key("n")
    check("N goes to an undecided row", window.evaluate(FOCUSED), "5")


def check_windows(check, first, second, records):
    """Two windows at one row."""
    check("another window shows the same", second.until(f"{decision(3)} === 'changed'"))
    for window in (first, second):
        window.evaluate(f"{card(6)}.focus()")
        window.key("e")
        window.evaluate("document.activeElement.select()")
    first.type("of the first window")
    second.type("of the second window")
    second.key("Enter")
    second.until(f"{decision(6)} === 'changed'")
    check("the first has a notice", first.until(f"{card(6)}.querySelector('.late')?.textContent.includes('of the second window')"))
    check("and has its text still", first.evaluate(f"{card(6)}.querySelector('textarea').value"), "of the first window")
    first.evaluate(f"{card(6)}.querySelector('textarea').focus()")
    first.key("Enter")
    check("Enter replaces nothing now", second.evaluate(f"{card(6)}.querySelector('.caption').textContent"), "of the second window")
    first.evaluate(f"[...{card(6)}.querySelectorAll('button')].find((button) => button.textContent === 'Keep mine').click()")
    check("unless it is asked to", second.until(f"{card(6)}.querySelector('.caption').textContent === 'of the first window'"))
    # An edited row that is rejected, and no more.
    first.evaluate(f"{card(6)}.focus()")
    first.key("x")
    first.until(f"{decision(6)} === 'rejected'")
    first.evaluate(f"{card(6)}.focus()")
    first.key("x")
    check("a rejection that is taken back leaves the edit", first.until(f"{decision(6)} === 'changed'"))
    check("with its text", first.evaluate(f"{card(6)}.querySelector('.caption').textContent"), "of the first window")
    # Both decide between two looks at what the other does.
    first.evaluate(f"{card(7)}.focus()")
    second.evaluate(f"{card(7)}.focus()")
    first.key("a")
    second.key("x")
    decided = f"(() => {{ const found = {decision(7)}; return found !== 'open' && found; }})()"
    states = [first.until(decided), second.until(decided)]
    check("of two decisions at once one counts, in both", states in (["accepted"] * 2, ["rejected"] * 2))
    # Another window decides the row that is being edited: what is typed is still a caption.
    first.evaluate(f"{card(8)}.focus()")
    first.key("e")
    first.type(" una")
    second.evaluate(f"{card(8)}.focus()")
    second.key("a")
    first.until(f"{card(8)}.querySelector('.late')")
    for letter in "xua":
        first.key(letter)
    check("typing goes on in the field", first.evaluate("document.activeElement.value.endsWith(' unaxua')"))
    first.key("Enter")
    check("and Enter makes no line break", first.evaluate("document.activeElement.value.endsWith(' unaxua')"))
    first.key("Escape")
    check("nothing was decided by letters", first.evaluate(decision(8)), "accepted")


def check_replacing(check, window, records):
    patience = "new Promise((done) => setTimeout(done, 300))"
    window.evaluate(f"{card(1)}.focus()")
    window.key("r")
    check("R opens find and replace", window.evaluate(DIALOG), "replace")
    window.type("Background")
    window.evaluate(patience)
    shown = "document.querySelector('#replace .status').textContent"
    expected = sum("background" in record.get("caption", "") for record in records)
    # The first and the last were edited or rejected before.
    found = int(window.evaluate(shown).split(" ")[0].replace("no", "0"))
    check("the preview counts rows", 0 < found <= expected)
    window.evaluate("document.querySelectorAll('#replace input[type=text]')[1].focus()")
    window.type("$& ground")
    window.evaluate(patience)
    preview = window.evaluate("[...document.querySelectorAll('#replace ins')].map((element) => element.textContent)")
    check("it shows what would be", len(preview) == found and all("$& ground" in text for text in preview))
    check("and nothing is replaced yet", "$&" not in window.evaluate("document.getElementById('list').textContent"))
    window.evaluate("document.querySelectorAll('#replace input[type=checkbox]')[2].click()")
    window.evaluate("const fields = document.querySelectorAll('#replace input[type=text]'); fields[0].value = '(\\\\w+) background';"
                    " fields[1].value = '$1 scene'; fields[1].dispatchEvent(new Event('input')); 0")
    window.evaluate(patience)
    preview = window.evaluate("[...document.querySelectorAll('#replace ins')].map((element) => element.textContent)")
    check("groups of a regular expression", len(preview) == found and all("scene" in text for text in preview))
    window.evaluate("document.querySelectorAll('#replace input[type=text]')[0].focus()")
    window.key("Enter")
    check("Enter replaces", window.until(f"{DIALOG} === '' && {NOTICE}.includes('changed. U undoes it.')"))
    count = "[...document.querySelectorAll('article .caption')].filter((element) => element.textContent.includes('scene')).length"
    check("in all rows", window.evaluate(count), found)
    window.evaluate(f"{card(1)}.focus()")
    window.key("u")
    check("U takes all of it back", window.until(f"{count} === 0"))


def check_merging(check, window, folder, records):
    window.key("m")
    check("M opens merging", window.evaluate(DIALOG), "merge")
    window.evaluate("document.querySelector('#merge button.main').click()")
    shown = window.until("document.querySelector('#merge .status p')?.textContent")
    check("it says what was written", " rows, " in (shown or ""))
    old = (folder / "captions.jsonl").read_bytes().split(b"\n")
    new = (folder / "captions.reviewed.jsonl").read_bytes().split(b"\n")
    check("rejected rows are left out", len(new), len(old) - shown.count("1 left out"))
    check("an accepted row is as it was", new[0], old[0])
    edited = json.loads(new[1])
    check("an edited one has its caption", edited["caption"], '"pear" <img src=x onerror="document.title = 1"> 🍐')
    check("and no number of another", edited["log_probability"], None)
    check("the output is as it was", [json.loads(line) for line in old if line], records)
    window.evaluate("document.querySelector('#merge input[value=sidecars]').click()")
    window.evaluate("document.querySelector('#merge button.main').click()")
    window.until("document.querySelector('#merge .status p')?.textContent.includes('texts')")
    text = (folder / "photos" / records[2]["image"]).with_suffix(".txt")
    check("texts beside images", text.read_text(encoding="utf-8"), edited["caption"] + "\n")
    window.key("Escape")
    check("Escape closes", window.evaluate(DIALOG), "")


def check_strangers(check, review, window):
    """What other pages and programs are refused."""
    change = {"window": "w", "rows": [{"line": 9, "version": 0, "decision": "rejected"}]}
    check("no token", review.ask("/changes", change, Authorization="Bearer x")[0], 403)
    check("another origin", review.ask("/changes", change, Origin="http://example.com")[0], 403)
    check("no origin of a file", review.ask("/changes", change, Origin="null")[0], 403)
    check("another site", review.ask("/changes", change, **{"Sec-Fetch-Site": "cross-site"})[0], 403)
    check("another host", review.ask("/changes?since=0", Host="example.com")[0], 403)

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<title>stranger</title>")

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    window.call("Page.navigate", url=f"http://127.0.0.1:{server.server_port}/")
    window.until("document.title === 'stranger'")
    post = (f"fetch('{review.base}/changes', {{ method: 'POST', mode: 'no-cors', body: '{json.dumps(change)}' }})"
            ".then(() => 'sent', () => 'blocked')")
    window.evaluate(post)
    read = f"fetch('{review.url}').then((answer) => answer.text(), () => 'blocked')"
    check("a page of another port reads nothing", window.evaluate(read), "blocked")
    server.shutdown()
    rows = {row["line"]: row["decision"] for row in review.ask("/changes?since=0")[1]["rows"]}
    check("and changes nothing", 9 in rows, False)


def check_all(check, browser, program, folder, screenshots):
    output = folder / "captions.jsonl"
    records = lines(output)
    review = Review(program, output)
    first, second = browser.window(), browser.window()
    for window in (first, second):
        window.screen(1280, 1000)
        window.open(review.url)
    check("all rows", first.evaluate("document.getElementById('count').textContent"), f"{len(records)} rows")
    check_keys(check, first, records, output.with_name("captions.jsonl.review.jsonl"))
    check_windows(check, first, second, records)
    check_replacing(check, first, records)
    first.evaluate(f"{card(2)}.focus()")
    first.key("v")
    check("V shows the image", first.until("document.querySelector('#picture img')?.naturalWidth"), 400)
    first.key("Escape")
    check("Escape closes it", first.evaluate(DIALOG), "")
    check_merging(check, first, folder, records)
    if screenshots:
        screenshots.mkdir(parents=True, exist_ok=True)
        take_screenshots(first, review, screenshots)
    first.screen(1280, 1000)
    first.open(review.url + "#filter=rejected")
    rejected = first.until("(() => { const rows = [...document.querySelectorAll('article')]; return rows.length === 1 && rows[0].dataset.row; })()")
    check("a filter in the address finds what is decided", rejected, "2")
    for width in (320, 390, 800):
        first.screen(width, 800)
        first.open(review.url)
        first.evaluate(f"{card(1)}.focus()")
        first.key("e")
        check(f"nothing is wider than {width} pixels", first.evaluate("document.documentElement.scrollWidth"), width)
        first.key("Escape")
    check_strangers(check, review, second)
    other = subprocess.run([program, "review", output], capture_output=True, text=True, timeout=60)
    check("a second review is refused", (other.returncode, "another review" in other.stderr), (1, True))
    check("Ctrl-C ends it", review.stop(), 130)
    # The next day.
    first.screen(1280, 1000)
    review = Review(program, output)
    first.open(review.url)
    check("decisions are there after a restart", first.until(f"{decision(3)} === 'changed'"))
    first.evaluate(f"{card(1)}.focus()")
    before = first.evaluate(DECIDED)
    first.key("u")
    check("and can be undone", first.until(f"{DECIDED} !== {json.dumps(before)}"))
    first.evaluate(f"{card(8)}.focus()")
    first.key("e")
    review.process.kill()
    review.process.wait()
    first.evaluate("document.activeElement.select()")
    first.type("typed while the program was gone")
    first.key("Enter")
    check("what cannot be saved stays in its field", first.until(f"{card(8)}.querySelector('.late')?.textContent.startsWith('Not saved')"))
    kept = first.evaluate(f"{card(8)}.querySelector('textarea').value")
    check("with the text", kept, "typed while the program was gone")
    errors = [entry for entry in first.complaints + second.complaints if "exceptionDetails" in entry]
    check("no exception in the console", errors, [])


def take_screenshots(window, review, folder):
    def view(name, width, height, scheme="light", keys=(), text=""):
        window.screen(width, height, scheme)
        window.open(review.url)
        window.until(f"{decision(3)} === 'changed'")
        window.evaluate(f"{card(2)}.focus()")
        for key in keys:
            window.key(key)
        window.type(text) if text else None
        time.sleep(0.3)
        window.screenshot(folder / f"{name}.png")
        # A page with an open editor asks before it is left.
        window.key("Escape")

    view("review", 1280, 1000)
    view("review-dark", 1280, 1000, "dark", ["j", "j", "e"])
    view("review-narrow", 390, 844, "light", ["j", "j", "e"])
    view("review-replace", 1280, 900, "light", ["r"], "background")
    view("review-merge", 1280, 900, "dark", ["m"])
    view("review-picture", 1280, 900, "light", ["v"])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("pictures", type=Path)
    parser.add_argument("--browser", default="chromium")
    parser.add_argument("--screenshots", type=Path, help="a folder for pictures of the page")
    arguments = parser.parse_args()
    check = Checks()
    program = arguments.program.resolve()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        shutil.copytree(arguments.pictures, folder / "photos")
        subprocess.run([program, "photos", "--log-probabilities", "--quiet", "-o", "captions.jsonl"], cwd=folder, check=True)
        browser = Browser(arguments.browser)
        try:
            check_all(check, browser, program, folder, arguments.screenshots)
        finally:
            browser.close()
    sys.exit(1 if check.failures else 0)


if __name__ == "__main__":
    main()
