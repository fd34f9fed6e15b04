#!/usr/bin/env python3
"""Loads `caption-images serve` and compares its answers with the command line's: load.py IMAGES [OPTIONS]

Starts the server, sends the images of a folder over keep-alive connections, each client one request after the other (--clients), or
requests at random times whatever is unanswered (--rate, open loop), and prints images a second, latencies and the growth of memory.
Every answer has to be the caption that the command line gives; its images a second, of a run over the same files before and after,
are what the server's are compared with. Needs nothing but Python.
"""

import argparse
import asyncio
import base64
import json
import os
import random
import shlex
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", type=Path)
    parser.add_argument("--executable", default=str(ROOT / ".build/release/caption-images"))
    parser.add_argument("--arguments", default="", help="further ones for both, such as '--model blip2-int8'")
    parser.add_argument("--server-arguments", default="", help="further ones for serve")
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 64])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, help="requests a second at random times, in place of clients")
    parser.add_argument("--long", type=float, default=0, help="this share of the requests wants --long-tokens tokens")
    parser.add_argument("--long-tokens", type=int, default=128)
    parser.add_argument("--stream", action="store_true", help="chat with server-sent events, which shows first tokens")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


class Connection:
    def __init__(self, port: int) -> None:
        self.port = port
        self.writer: asyncio.StreamWriter | None = None

    async def post(self, path: str, body: bytes, kind: str) -> tuple[int, bytes, float]:
        """Status, body, and seconds until the first byte of the body."""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 24)
        start = time.monotonic()
        self.writer.write(f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        await self.writer.drain()
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        status = int(head.split()[1])
        content, first = b"", 0.0
        if "transfer-encoding: chunked" in head:
            while size := int((await self.reader.readuntil(b"\r\n"))[:-2], 16):
                first = first or time.monotonic() - start
                content += (await self.reader.readexactly(size + 2))[:-2]
            await self.reader.readexactly(2)
        else:
            length = int(head.split("content-length:")[1].split("\r\n")[0])
            content = await self.reader.readexactly(length)
            first = time.monotonic() - start
        if "connection: close" in head:
            self.writer.close()
            self.writer = None
        return status, content, first


class Load:
    def __init__(self, options: argparse.Namespace, port: int, images: list[Path], expected: dict[str, str]) -> None:
        self.options, self.port, self.expected = options, port, expected
        self.images = [(path.name, path.read_bytes()) for path in images]
        self.random = random.Random(options.seed)
        self.seconds: list[float] = []
        self.first: list[float] = []
        self.wrong = self.refused = 0

    async def one(self, connection: Connection) -> None:
        name, content = self.images[self.random.randrange(len(self.images))]
        is_long = self.random.random() < self.options.long
        start = time.monotonic()
        if self.options.stream:
            body: dict = {"stream": True, "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64," + base64.b64encode(content).decode()}}]}]}
            if is_long:
                body |= {"max_tokens": self.options.long_tokens, "min_new_tokens": self.options.long_tokens}
            status, answer, first = await connection.post("/v1/chat/completions", json.dumps(body).encode(), "application/json")
            events = [json.loads(event[6:]) for event in answer.decode().split("\n\n") if event.startswith("data: {")] if status == 200 else []
            text = "".join(choice["delta"].get("content", "") for event in events for choice in event["choices"])
        else:
            query = f"?max_new_tokens={self.options.long_tokens}&min_new_tokens={self.options.long_tokens}" if is_long else ""
            status, answer, first = await connection.post("/v1/caption" + query, content, "application/octet-stream")
            text = json.loads(answer).get("caption", "")
        if status == 429:
            self.refused += 1
            await asyncio.sleep(1)
            return
        self.seconds.append(time.monotonic() - start)
        self.first.append(first)
        if status != 200 or not is_long and text != self.expected[name]:
            self.wrong += 1
            print(f"{name}: status {status}, {text!r}, expected {self.expected[name]!r}", file=sys.stderr)

    async def closed(self, clients: int) -> float:
        """Each client asks again when it has its answer. Returns answers a second."""
        end = time.monotonic() + self.options.seconds

        async def client() -> None:
            connection = Connection(self.port)
            while time.monotonic() < end:
                await self.one(connection)

        start = time.monotonic()
        await asyncio.gather(*(client() for _ in range(clients)))
        return len(self.seconds) / (time.monotonic() - start)

    async def open(self, rate: float) -> float:
        """Requests come whether or not others are answered."""
        start, tasks = time.monotonic(), []
        while time.monotonic() - start < self.options.seconds:
            tasks.append(asyncio.create_task(self.one(Connection(self.port))))
            await asyncio.sleep(self.random.expovariate(rate))
        await asyncio.gather(*tasks)
        return len(self.seconds) / (time.monotonic() - start)


def quantiles(values: list[float]) -> str:
    ordered = sorted(values) or [0.0]
    return " ".join(f"p{share} {ordered[min(len(ordered) - 1, len(ordered) * share // 100)]:.3f}" for share in (50, 95, 99))


def command_line(options: argparse.Namespace) -> tuple[dict[str, str], float]:
    """The captions of the command line by file name, and its images a second, its start included."""
    output = Path(f"/tmp/load-{os.getpid()}.jsonl")
    start = time.monotonic()
    run = subprocess.run([options.executable, options.images, "--output", output, "--overwrite", "--quiet", *shlex.split(options.arguments)])
    if run.returncode not in (0, 2):  # 2: some images have no caption
        sys.exit(f"the command line ended with status {run.returncode}")
    seconds = time.monotonic() - start
    rows = [json.loads(line) for line in output.read_text().splitlines()]
    for path in output.parent.glob(output.name + "*"):
        path.unlink()
    return {Path(row["image"]).name: row["caption"] for row in rows if "caption" in row}, len(rows) / seconds


def resident(pid: int) -> float:
    """In MB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def main() -> None:
    options = arguments()
    expected, before = command_line(options)
    images = [options.images / name for name in sorted(expected)]
    server = subprocess.Popen(
        [options.executable, "serve", "--port", "0", *shlex.split(options.arguments), *shlex.split(options.server_arguments)], stderr=subprocess.PIPE, text=True)
    try:
        assert server.stderr is not None
        port = 0
        for line in server.stderr:
            if "listening on" in line:
                port = int(line.strip().rstrip("/").rsplit(":", 1)[1])
            if line.strip() == "ready":
                break
        for clients in [0] if options.rate else options.clients:
            load = Load(options, port, images, expected)
            start = resident(server.pid)
            rate = asyncio.run(load.open(options.rate) if options.rate else load.closed(clients))
            print(
                f"{f'{options.rate} a second' if options.rate else f'{clients} clients'}: {len(load.seconds)} answers, {load.wrong} wrong, {load.refused} refused, "
                f"{rate:.2f} images/s; seconds {quantiles(load.seconds)}, mean {statistics.mean(load.seconds or [0]):.3f}; first {quantiles(load.first)}; "
                f"memory {start:.0f} to {resident(server.pid):.0f} MB", flush=True)
    finally:
        server.terminate()
        server.wait(60)
    after = command_line(options)[1]
    print(f"command line, with its start: {before:.2f} and {after:.2f} images/s over {len(images)} images; the server's exit status is {server.returncode}")


if __name__ == "__main__":
    main()
