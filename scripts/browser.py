"""A real Chromium without a window on a screen, for tests of pages.

It is spoken to over a pair of pipes (--remote-debugging-pipe), so that nothing but Python's own library is needed.
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile
import time

KEYS = {"Enter": ("\r", 13), "Escape": ("", 27), "Tab": ("", 9)}


class Browser:
    """A Chromium, and the events that its windows reported."""

    def __init__(self, program):
        self.profile = tempfile.mkdtemp(prefix="page-test-")
        to_browser, self.write_end = os.pipe()
        self.read_end, from_browser = os.pipe()

        def lend_pipes():
            # The browser reads from descriptor 3 and writes to 4; the originals may be just these.
            first, second = os.dup(to_browser), os.dup(from_browser)
            os.dup2(first, 3)
            os.dup2(second, 4)

        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--remote-debugging-pipe", "--disable-gpu", "--hide-scrollbars",
             "--no-first-run", f"--user-data-dir={self.profile}", "about:blank"],
            preexec_fn=lend_pipes, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_browser)
        os.close(from_browser)
        self.pending, self.number, self.events = b"", 0, {}

    def receive(self):
        while b"\0" not in self.pending:
            block = os.read(self.read_end, 1 << 20)
            if not block:
                raise SystemExit("the browser ended")
            self.pending += block
        message, _, self.pending = self.pending.partition(b"\0")
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.setdefault(answer.get("sessionId"), []).append(answer)

    def window(self):
        target = self.call("Target.createTarget", url="about:blank", newWindow=True)["targetId"]
        return Window(self, self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])

    def close(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)


class Window:
    def __init__(self, browser, session):
        self.browser, self.session = browser, session
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    @property
    def events(self):
        return self.browser.events.setdefault(self.session, [])

    @property
    def complaints(self):
        """What the console of the page shows."""
        return [event["params"] for event in self.events
                if event.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")]

    def call(self, method, **parameters):
        return self.browser.call(method, session=self.session, **parameters)

    def evaluate(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise SystemExit(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def open(self, url):
        """Loads a page anew; seconds until its script has run."""
        self.call("Page.navigate", url="about:blank")
        start = time.monotonic()
        self.call("Page.navigate", url=url)
        while not self.evaluate("document.documentElement?.dataset.opened"):
            if time.monotonic() - start > 60:
                raise SystemExit("the page does not open")
            time.sleep(0.02)
        return time.monotonic() - start

    def settle(self):
        """Waits for two frames, in which the list draws itself."""
        self.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def screen(self, width, height, scheme="light", scale=1):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale,
                  mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.settle()

    def screenshot(self, path):
        self.settle()
        self.picture(path)

    def picture(self, path):
        """A screenshot at once: without scripts there is nothing that reports frames."""
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def key(self, name, times=1):
        """A character, or the name of a key."""
        text, code = KEYS.get(name, (name, 0))
        for _ in range(times):
            for kind in ("keyDown", "keyUp"):
                self.call("Input.dispatchKeyEvent", type=kind, key=name, text=text if kind == "keyDown" else "",
                          windowsVirtualKeyCode=code)
            self.settle()

    def type(self, text):
        self.call("Input.insertText", text=text)
        self.settle()

    def until(self, expression, seconds=20):
        """The value of an expression as soon as it is one."""
        start = time.monotonic()
        while time.monotonic() - start < seconds:
            value = self.evaluate(expression)
            if value:
                return value
            time.sleep(0.05)
        return None


class Checks:
    def __init__(self):
        self.failures = 0

    def __call__(self, what, found, expected=True):
        good = found == expected
        self.failures += not good
        print(("ok      " if good else "FAILED  ") + what + ("" if good else f": found {found!r}, expected {expected!r}"))
