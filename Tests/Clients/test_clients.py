"""What the clients of OpenAI and Hugging Face, and curl, get from `caption-images serve`.

Each starts a server of its own on a free port. CAPTION_IMAGES names another program than the one of a release build; tests whose
packages or programs are missing are skipped. In this folder: python3 -m unittest test_clients
"""

from __future__ import annotations

import base64
import faulthandler
import importlib.util
import json
import math
import os
import shutil
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROJECT = Path(os.environ.get("CAPTION_IMAGES_PROJECT") or Path(__file__).resolve().parents[2])
"""The root of the repository, of which this file is two folders below."""
EXECUTABLE = Path(os.environ.get("CAPTION_IMAGES") or PROJECT / ".build/release/caption-images").resolve()
RESOURCES = PROJECT / "Sources/DemoModel/Resources"
CLIP = RESOURCES / "clip"
PICTURES = sorted(path for path in (RESOURCES / "pictures").iterdir() if path.suffix in (".png", ".jpg"))
PICTURE = RESOURCES / "pictures/scene-02.jpg"

TEST_SECONDS = 120
"""Until a test that hangs is named, and ended."""
ANSWER_SECONDS = 30
"""Until an answer has to be there."""


def needs(*modules: str) -> Callable[[Any], Any]:
    """Skips a test without these packages."""
    missing = [module for module in modules if importlib.util.find_spec(module) is None]
    return unittest.skipIf(missing, f"needs {', '.join(missing)}")


def data_address(picture: Path) -> str:
    kind = "jpeg" if picture.suffix == ".jpg" else "png"
    return f"data:image/{kind};base64,{base64.b64encode(picture.read_bytes()).decode()}"


def messages(picture: Path, text: str | None = None) -> list[Any]:
    content: list[Any] = [{"type": "image_url", "image_url": {"url": data_address(picture)}}]
    if text is not None:
        content.append({"type": "text", "text": text})
    return [{"role": "user", "content": content}]


def captions(pictures: list[Path], *arguments: str) -> list[str]:
    """What the command line says."""
    run = subprocess.run([EXECUTABLE, *pictures, *arguments, "--quiet"], capture_output=True, text=True, check=True, timeout=ANSWER_SECONDS)
    return [json.loads(line)["caption"] for line in run.stdout.splitlines()]


def fetch(address: str, body: bytes | None = None) -> str:
    """The answer to a GET, or with a body to a POST; no proxy is asked."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(address, data=body), timeout=ANSWER_SECONDS) as answer:
        return answer.read().decode()


def at_once(work: Callable[[], None], count: int) -> None:
    """Works in threads, until all are done."""
    threads = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TEST_SECONDS)
        assert not thread.is_alive(), "a request hangs"


class Server:
    """A process that serves the demo model."""

    def __init__(self, *arguments: str, token: str | None = None) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "CAPTIONER_API_KEY"}
        if token is not None:
            environment["CAPTIONER_API_KEY"] = token
        command = [str(EXECUTABLE), "serve", "--port", "0", *arguments]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)
        self.lines: list[str] = []
        self.is_ready = threading.Event()
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()
        try:
            self.is_ready.wait(ANSWER_SECONDS)
            addresses = [line.split()[-1].rstrip("/") for line in self.lines if line.startswith("listening on ")]
            if "ready" not in self.lines or not addresses:
                raise AssertionError(f"the server is not ready: {self.lines}")
            self.url = addresses[0]
        except BaseException:
            self.stop()
            raise

    def read(self) -> None:
        assert self.process.stderr
        with self.process.stderr as errors:
            for line in errors:
                self.lines.append(line.rstrip("\n"))
                # In any order.
                if sum(line == "ready" or line.startswith("listening on ") for line in self.lines) == 2:
                    self.is_ready.set()
        # The test that waits sees the messages.
        self.is_ready.set()

    def metric(self, name: str) -> float:
        lines = fetch(f"{self.url}/metrics").splitlines()
        return float(next(line.split()[1] for line in lines if line.startswith(f"captioner_{name} ")))

    def stop(self) -> int:
        self.process.terminate()
        try:
            return self.process.wait(ANSWER_SECONDS)
        finally:
            self.process.kill()
            self.process.wait()
            self.reader.join(ANSWER_SECONDS)


class ServerCase(unittest.TestCase):
    """Tests with one server."""

    arguments: tuple[str, ...] = ()
    token: str | None = None
    server: Server
    expected: str
    """The caption of PICTURE on the command line."""

    @classmethod
    def setUpClass(cls) -> None:
        if not EXECUTABLE.exists():
            raise unittest.SkipTest(f"needs {EXECUTABLE}: swift build -c release --traits Server, or CAPTION_IMAGES=PATH")
        cls.expected = captions([PICTURE])[0]
        cls.server = Server(*cls.arguments, token=cls.token)
        cls.addClassCleanup(cls.check_stop)

    @classmethod
    def check_stop(cls) -> None:
        status = cls.server.stop()
        assert status == 143, f"the server ended with {status}: {cls.server.lines}"

    def setUp(self) -> None:
        faulthandler.dump_traceback_later(TEST_SECONDS, exit=True)
        self.addCleanup(faulthandler.cancel_dump_traceback_later)


@unittest.skipIf(shutil.which("curl") is None, "needs curl")
class CurlTests(ServerCase):
    def curl(self, *arguments: str | Path) -> str:
        command = ["curl", "--silent", "--show-error", "--noproxy", "*", "--max-time", str(ANSWER_SECONDS), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=2 * ANSWER_SECONDS).stdout

    def test_bytes(self):
        self.assertEqual(json.loads(self.curl("--data-binary", f"@{PICTURE}", self.server.url)), [{"generated_text": self.expected}])

    def test_form(self):
        answer = json.loads(self.curl("-F", f"image=@{PICTURE}", "-F", "num_beams=3", f"{self.server.url}/v1/caption"))
        self.assertEqual(answer["caption"], captions([PICTURE], "--num-beams", "3")[0])
        self.assertLess(answer["log_probability"], 0)

    def test_upload_with_parameters_of_the_address(self):
        address = f"{self.server.url}/v1/caption?max_new_tokens=4&prompt=a%20photo%20of"
        answer = json.loads(self.curl("-T", PICTURE, "-X", "POST", address))
        self.assertEqual(answer["caption"], captions([PICTURE], "--max-new-tokens", "4", "--prompt", "a photo of")[0])

    def test_upload_does_not_wait_to_be_asked_for_its_body(self):
        # curl waits this long for 100 Continue, and then sends the body anyway.
        start = time.monotonic()
        self.curl("-T", PICTURE, "-X", "POST", "-H", "Expect: 100-continue", "--expect100-timeout", "10", f"{self.server.url}/v1/caption")
        self.assertLess(time.monotonic() - start, 5)

    def test_statuses(self):
        with tempfile.NamedTemporaryFile() as empty:
            for arguments, status in [
                (["--data-binary", f"@{empty.name}", self.server.url], "400"), (["--data-binary", "no image", self.server.url], "415"),
                ([f"{self.server.url}/nothing"], "404"), (["-X", "PUT", f"{self.server.url}/health"], "405"), ([f"{self.server.url}/health"], "200"),
                (["--http1.0", f"{self.server.url}/health"], "200"), (["--head", f"{self.server.url}/nothing"], "404"),
            ]:  # fmt: skip
                with self.subTest(arguments):
                    self.assertEqual(self.curl("--output", os.devnull, "--write-out", "%{http_code}", *arguments), status)


@needs("openai")
class OpenAITests(ServerCase):
    arguments = ("--clip", str(CLIP))

    def setUp(self) -> None:
        super().setUp()
        import openai

        self.client = openai.OpenAI(base_url=f"{self.server.url}/v1", api_key="any", timeout=ANSWER_SECONDS, max_retries=0)
        self.addCleanup(self.client.close)

    def test_completion_is_the_caption_of_the_command_line(self):
        for picture, expected in zip(PICTURES, captions(PICTURES), strict=True):
            with self.subTest(picture.name):
                completion = self.client.chat.completions.create(model="any", messages=messages(picture))
                self.assertEqual([choice.message.content for choice in completion.choices], [expected])
                self.assertEqual(completion.choices[0].message.role, "assistant")
                self.assertEqual(completion.choices[0].finish_reason, "stop")
                self.assertEqual(completion.object, "chat.completion")

    def test_question(self):
        question = "what is on the left?"
        completion = self.client.chat.completions.create(model="any", messages=messages(PICTURE, question))
        expected = captions([PICTURE], "--prompt", f"Question: {question} Answer:")[0]
        self.assertEqual(completion.choices[0].message.content, expected)

    def test_usage(self):
        plain = self.client.chat.completions.create(model="any", messages=messages(PICTURE)).usage
        asked = self.client.chat.completions.create(model="any", messages=messages(PICTURE, "what is it?")).usage
        for usage in (plain, asked):
            self.assertGreater(usage.completion_tokens, 0)
            self.assertEqual(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens)
        self.assertGreater(asked.prompt_tokens, plain.prompt_tokens)

    def test_stream(self):
        options = {"include_usage": True}
        chunks = list(self.client.chat.completions.create(model="any", messages=messages(PICTURE), stream=True, stream_options=options))
        choices = [chunk.choices[0] for chunk in chunks if chunk.choices]
        self.assertEqual("".join(choice.delta.content or "" for choice in choices), self.expected)
        self.assertGreater(len(choices), 2, "the text comes in pieces")
        self.assertEqual([choice.finish_reason for choice in choices], [None] * (len(choices) - 1) + ["stop"])
        self.assertEqual(len({chunk.id for chunk in chunks}), 1)
        whole = self.client.chat.completions.create(model="any", messages=messages(PICTURE))
        self.assertEqual([chunk.usage for chunk in chunks if chunk.usage], [whole.usage])
        self.assertFalse(chunks[-1].choices, "the usage comes last")

    def test_length(self):
        for name in ("max_tokens", "max_completion_tokens"):
            completion = self.client.chat.completions.create(model="any", messages=messages(PICTURE), **{name: 2})
            self.assertEqual(completion.choices[0].finish_reason, "length")
            self.assertEqual(completion.usage.completion_tokens, 2)

    def test_samples(self):
        def texts(seed: int) -> list[str | None]:
            completion = self.client.chat.completions.create(model="any", messages=messages(PICTURE), temperature=2, seed=seed, n=4)
            return [choice.message.content for choice in completion.choices]

        self.assertEqual(texts(1), texts(1))
        self.assertNotEqual(texts(1), texts(2))
        self.assertEqual(len(texts(1)), 4)

    def test_models(self):
        identifiers = [model.id for model in self.client.models.list()]
        self.assertEqual(len(identifiers), 2)
        for identifier in identifiers:
            self.assertEqual(self.client.models.retrieve(identifier).id, identifier)

    def test_embeddings(self):
        texts = ["a dog", "a red circle"]
        both = {}
        for encoding in ("float", "base64"):
            answer = self.client.embeddings.create(model="clip", input=[*texts, data_address(PICTURE)], encoding_format=encoding)
            vectors = [item.embedding for item in answer.data]
            if encoding == "base64":
                vectors = [memoryview(base64.b64decode(vector)).cast("f").tolist() for vector in vectors]
            both[encoding] = vectors
            self.assertEqual([item.index for item in answer.data], [0, 1, 2])
        for vectors in zip(*both.values(), strict=True):
            self.assertAlmostEqual(math.hypot(*vectors[0]), 1, places=4)
            for left, right in zip(*vectors, strict=True):
                self.assertAlmostEqual(left, right, places=6)
        self.assertGreater(answer.usage.prompt_tokens, 4)
        # The client's own way, which asks for Base64.
        self.assertEqual(len(self.client.embeddings.create(model="clip", input="a dog").data[0].embedding), len(both["float"][0]))

    def test_errors(self):
        import openai

        chat = self.client.chat.completions.create
        plain = messages(PICTURE)
        unread = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://example.com/a.jpg"}}]}]
        for error, parameter, call in [
            (openai.BadRequestError, "image_url", lambda: chat(model="any", messages=unread)),
            (openai.BadRequestError, "messages", lambda: chat(model="any", messages=[{"role": "user", "content": "hello"}])),
            (openai.BadRequestError, "stop", lambda: chat(model="any", messages=plain, stop=["."])),
            (openai.BadRequestError, "response_format", lambda: chat(model="any", messages=plain, response_format={"type": "json_object"})),
            (openai.BadRequestError, "dimensions", lambda: self.client.embeddings.create(model="clip", input="a", dimensions=4)),
            (openai.NotFoundError, None, lambda: self.client.completions.create(model="any", prompt="a")),
        ]:  # fmt: skip
            with self.subTest(error.__name__, param=parameter), self.assertRaises(error) as raised:
                call()
            self.assertEqual(raised.exception.param, parameter)
            self.assertTrue(raised.exception.request_id)

    def test_a_timeout_of_the_client_leaves_no_work(self):
        import openai

        with self.assertRaises(openai.APITimeoutError):
            self.client.with_options(timeout=0.001).chat.completions.create(model="any", messages=messages(PICTURE), max_tokens=512)
        # The answer after it is right, and nothing runs besides.
        completion = self.client.chat.completions.create(model="any", messages=messages(PICTURE))
        self.assertEqual(completion.choices[0].message.content, self.expected)

    def test_a_stream_that_is_left(self):
        long = {"min_new_tokens": 500}
        for _ in range(20):
            with self.client.chat.completions.create(model="any", messages=messages(PICTURE), stream=True, max_tokens=500, extra_body=long) as stream:
                next(iter(stream))
        deadline = time.monotonic() + ANSWER_SECONDS
        while self.server.metric("images_running") or self.server.metric("images_waiting"):
            self.assertLess(time.monotonic(), deadline, "streams without a reader are still written")
            time.sleep(0.05)


@needs("openai")
class TokenTests(ServerCase):
    token = "a-secret"

    def test_token(self):
        import openai

        for key, is_right in [(self.token, True), ("another", False), ("a-secre", False), ("a-secret2", False)]:
            with self.subTest(key), openai.OpenAI(base_url=f"{self.server.url}/v1", api_key=key, timeout=ANSWER_SECONDS, max_retries=0) as client:
                if is_right:
                    completion = client.chat.completions.create(model="any", messages=messages(PICTURE))
                    self.assertEqual(completion.choices[0].message.content, self.expected)
                else:
                    self.assertRaises(openai.AuthenticationError, client.models.list)


@needs("openai")
class BusyTests(ServerCase):
    # Two requests have a place, one of which runs.
    arguments = ("--batch-size", "1", "--queue", "0")

    def test_what_is_refused_is_asked_again(self):
        import openai

        errors: list[Exception] = []
        texts: list[str | None] = []
        retries: list[int] = []

        def ask() -> None:
            try:
                with openai.OpenAI(base_url=f"{self.server.url}/v1", api_key="any", timeout=ANSWER_SECONDS, max_retries=20) as client:
                    answer = client.chat.completions.with_raw_response.create(model="any", messages=messages(PICTURE))
                    retries.append(answer.retries_taken)
                    texts.append(answer.parse().choices[0].message.content)
            except openai.OpenAIError as error:
                errors.append(error)

        at_once(ask, 12)
        self.assertEqual(errors, [])
        self.assertEqual(texts, [self.expected] * 12)
        self.assertGreater(sum(retries), 0, "nothing was refused")

    def test_without_retries_it_is_an_error_that_says_when_to_come_back(self):
        import openai

        refused: list[openai.RateLimitError] = []

        def ask() -> None:
            with openai.OpenAI(base_url=f"{self.server.url}/v1", api_key="any", timeout=ANSWER_SECONDS, max_retries=0) as client:
                try:
                    client.chat.completions.create(model="any", messages=messages(PICTURE), max_tokens=512, extra_body={"min_new_tokens": 512})
                except openai.RateLimitError as error:
                    refused.append(error)

        at_once(ask, 12)
        self.assertTrue(refused)
        for error in refused:
            self.assertGreaterEqual(int(error.response.headers["retry-after"]), 1)
            self.assertEqual(error.type, "rate_limit_error")


@needs("huggingface_hub")
class HuggingFaceTests(ServerCase):
    def setUp(self) -> None:
        super().setUp()
        from huggingface_hub import InferenceClient

        self.client = InferenceClient(model=self.server.url, timeout=ANSWER_SECONDS)

    def test_image_to_text(self):
        for image in (PICTURE, str(PICTURE), PICTURE.read_bytes()):
            with self.subTest(type(image).__name__):
                self.assertEqual(self.client.image_to_text(image).generated_text, self.expected)

    def test_image_to_text_with_parameters(self):
        # Other clients of the same interface send them; this one has none to send.
        body = {"inputs": base64.b64encode(PICTURE.read_bytes()).decode(), "parameters": {"max_new_tokens": 2}}
        answer = json.loads(fetch(self.server.url, json.dumps(body).encode()))
        self.assertEqual(answer, [{"generated_text": captions([PICTURE], "--max-new-tokens", "2")[0]}])

    def test_chat(self):
        completion = self.client.chat_completion(messages(PICTURE))
        self.assertEqual(completion.choices[0].message.content, self.expected)
        self.assertEqual(completion.choices[0].finish_reason, "stop")
        self.assertGreater(completion.usage.completion_tokens, 0)

    def test_chat_with_a_stream(self):
        pieces = [chunk.choices[0].delta.content or "" for chunk in self.client.chat_completion(messages(PICTURE), stream=True)]
        self.assertEqual("".join(pieces), self.expected)
        self.assertGreater(len(pieces), 2, "the text comes in pieces")

    def test_visual_question_answering(self):
        question = "what is on the left?"
        expected = captions([PICTURE], "--prompt", question)[0]
        for image in (str(PICTURE), PICTURE.read_bytes()):
            answers = self.client.visual_question_answering(image, question)
            self.assertEqual([answer.answer for answer in answers], [expected])
            self.assertTrue(0 < answers[0].score <= 1)

    def test_errors(self):
        from huggingface_hub.errors import HfHubHTTPError

        with self.assertRaises(HfHubHTTPError) as raised:
            self.client.image_to_text(b"no image at all")
        self.assertEqual(raised.exception.response.status_code, 415)
        self.assertIn("JPEG", str(raised.exception))


if __name__ == "__main__":
    unittest.main()
