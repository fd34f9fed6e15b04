"""MANIFEST.json of a fixture folder: every file with its size and hash, and what made them."""

import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path

NAME = "MANIFEST.json"
UNLISTED = {NAME, "README.md"}
"""Written by hand, or the manifest itself."""

LIBRARIES = ("torch", "transformers", "tokenizers", "safetensors", "numpy", "pillow", "fonttools", "easy-vqa")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def weight_hashes(checkpoint: Path) -> dict[str, str]:
    """SHA-256 of a checkpoint's files of weights by name."""
    return {path.name: sha256(path) for path in sorted(checkpoint.glob("*.safetensors"))}


def files(folder: Path) -> dict[str, dict[str, object]]:
    """Size and SHA-256 by path relative to the folder, in order."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    names = ((path.relative_to(folder).as_posix(), path) for path in paths)
    return {
        name: {"size": path.stat().st_size, "sha256": sha256(path)}
        for name, path in names if name not in UNLISTED}


def write(folder: Path, seeds: dict[str, int], command: str, font: str) -> None:
    document = {
        "command": command,
        "seeds": seeds,
        "versions": {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES},
        "font": font,
        "files": files(folder),
    }
    (folder / NAME).write_text(json.dumps(document, indent=1) + "\n")


def refresh(folder: Path) -> None:
    """Lists the files as they are now, after some were made by another script."""
    document = json.loads((folder / NAME).read_text())
    document["files"] = files(folder)
    (folder / NAME).write_text(json.dumps(document, indent=1) + "\n")


def differences(folder: Path) -> list[str]:
    """What is on disk otherwise than the manifest says; empty if nothing is."""
    listed = json.loads((folder / NAME).read_text())["files"]
    found = files(folder)
    missing = [f"{name}: missing" for name in listed.keys() - found.keys()]
    unlisted = [f"{name}: not in {NAME}" for name in found.keys() - listed.keys()]
    changed = [f"{name}: {found[name]['size']} bytes with another hash or size than in {NAME}"
               for name in listed.keys() & found.keys() if listed[name] != found[name]]
    return sorted(missing + unlisted + changed)


def outdated_references(root: Path, folder: Path) -> list[str]:
    """References made from other weights than the repository holds now."""
    result = []
    paths = sorted([*(folder / "reference").glob("*.json"), *(folder / "generation").glob("demo-*.json")])
    for path in paths:
        document = json.loads(path.read_text(encoding="utf-8"))
        if weight_hashes(root / document["checkpoint"]) != document["weights_sha256"]:
            result.append(f"{path.parent.name}/{path.name}: made from other weights than those in {document['checkpoint']}")
    return result
