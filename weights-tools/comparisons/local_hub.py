"""A hub on this machine, which answers the download tools of Hugging Face and ModelScope as the real ones do."""

import contextlib
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

NAME = "captioner/blip2-opt-0.1b"
"""The one model of this hub; with a dot, which ModelScope writes otherwise on disk."""


def commit(revision: str) -> str:
    """What a branch refers to at Hugging Face: forty hexadecimal digits."""
    return revision if re.fullmatch("[0-9a-f]{40}", revision) else hashlib.sha1(revision.encode()).hexdigest()


class Hub(BaseHTTPRequestHandler):
    """Serves the folder of each revision; ModelScope calls `main` `master`."""

    protocol_version = "HTTP/1.1"
    revisions: dict[str, Path]

    def log_message(self, format: str, *arguments: object) -> None:
        pass

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        path = unquote(url.path)
        if path.startswith("/api/v1/"):
            self.answer_modelscope(path, query)
        else:
            self.answer_hugging_face(path)

    def folder(self, revision: str) -> tuple[str, Path] | None:
        """A commit and its files."""
        revision = "main" if revision == "master" else revision
        return next(
            ((commit(name), folder) for name, folder in self.revisions.items() if revision in (name, commit(name))), None)

    def answer_hugging_face(self, path: str) -> None:
        if match := re.fullmatch(f"/api/models/{NAME}(?:/revision/(.+))?", path):
            found = self.folder(match[1] or "main")
            if found is not None:
                files = [{"rfilename": name} for name in names(found[1])]
                return self.send_json({"id": NAME, "modelId": NAME, "sha": found[0], "siblings": files, "private": False,
                                       "downloads": 0, "likes": 0, "tags": [], "lastModified": "2024-01-01T00:00:00.000Z"})
        elif match := re.fullmatch(f"/api/models/{NAME}/tree/([^/]+)", path):
            found = self.folder(match[1])
            if found is not None:
                files = [{"type": "file", "path": name, "size": (found[1] / name).stat().st_size,
                          "oid": hashlib.sha1(name.encode()).hexdigest()} for name in names(found[1])]
                return self.send_json(files)
        elif match := re.fullmatch(f"/{NAME}/resolve/([^/]+)/(.+)", path):
            found = self.folder(match[1])
            if found is not None and match[2] in names(found[1]):
                content = (found[1] / match[2]).read_bytes()
                headers = {"X-Repo-Commit": found[0], "ETag": f'"{hashlib.sha1(content).hexdigest()}"'}
                return self.send(200, content, "application/octet-stream", headers)
        self.send(404, b"", "text/plain", {"X-Error-Code": "EntryNotFound"})

    def answer_modelscope(self, path: str, query: dict[str, str]) -> None:
        found = self.folder(query.get("Revision") or "master")
        if path == f"/api/v1/models/{NAME}/revisions":
            tags = [{"Revision": name, "CreatedAt": 0} for name in self.revisions if name != "main"]
            return self.send_data({"RevisionMap": {"Branches": [{"Revision": "master", "CreatedAt": 0}], "Tags": tags}})
        if path == f"/api/v1/models/{NAME}" and found is not None:
            return self.send_data({"Name": NAME.split("/")[1], "Path": NAME.split("/")[0], "Revision": "master"})
        if path == f"/api/v1/models/{NAME}/repo/files" and found is not None:
            return self.send_data({"Files": [described(found[1], name) for name in names(found[1])]})
        if path == f"/api/v1/models/{NAME}/repo" and found is not None and query.get("FilePath") in names(found[1]):
            return self.send(200, (found[1] / query["FilePath"]).read_bytes(), "application/octet-stream", {})
        self.send(404, json.dumps({"Code": 404, "Success": False, "Message": "not found"}).encode(), "application/json", {})

    def send_data(self, data: object) -> None:
        self.send_json({"Code": 200, "Success": True, "Message": "", "RequestId": "", "Data": data})

    def send_json(self, data: object) -> None:
        self.send(200, json.dumps(data).encode(), "application/json", {})

    def send(self, status: int, content: bytes, content_type: str, headers: dict[str, str]) -> None:
        """Honours ranges, with which the tools resume and fetch in parallel."""
        match = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if status == 200 and match and content:
            last = min(int(match[2] or len(content) - 1), len(content) - 1)
            headers = headers | {"Content-Range": f"bytes {match[1]}-{last}/{len(content)}"}
            status, content = 206, content[int(match[1]) : last + 1]
        self.send_response(status)
        for name, value in (headers | {"Content-Type": content_type, "Content-Length": str(len(content))}).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def described(folder: Path, name: str) -> dict[str, object]:
    content = (folder / name).read_bytes()
    return {"Name": name, "Path": name, "Type": "blob", "Size": len(content), "Revision": commit("main"),
            "Sha256": hashlib.sha256(content).hexdigest(), "IsLFS": False, "CommittedDate": 0, "Mode": "33188"}


@contextlib.contextmanager
def serving(revisions: dict[str, Path]) -> Iterator[int]:
    """Serves the folders of these revisions on a port of this machine."""
    handler = type("Handler", (Hub,), {"revisions": revisions})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()
