#!/usr/bin/env python3
"""Lists the library's public declarations in docs/api.md, from the modules of a build.

    scripts/public_api.py            writes the page
    scripts/public_api.py --check    fails when the page is not what it would write, or a declaration has no documentation
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PAGE = PROJECT / "docs" / "api.md"
MODULES = {"Captioner": None, "CaptionerDemoModel": None, "CaptionerImageProcessing": ("RGBImage", "ImageOrientation", "PixelFormat", "ImageError")}
"""What a user sees: all of a module, or the types of it that Captioner has under the same names."""
KINDS = {"class": 0, "struct": 0, "enum": 0, "protocol": 0}
CONFORMANCES = {"AsyncSequence", "CaseIterable", "Codable", "Decodable", "Encodable", "Equatable", "Error", "Hashable", "RawRepresentable", "Sendable", "CaptionRequestConvertible"}
HEADER = """# The library's public interface
Every public declaration of the modules that a program imports, as `scripts/public_api.py` finds them in a build. Continuous integration fails when this page is not up to date, so that no
declaration changes unnoticed. What each of them does is in its documentation in the source.

The version is 0.1: names may still change. An old name stays for one version, deprecated, and is listed at the end.
"""


def symbol_graphs(build: Path, module: str, target: Path) -> list[dict]:
    build = build.resolve()  # .build/release is a link to .build/TRIPLE/release
    maps = [*build.parents[1].glob("checkouts/*/Sources/*/include/module.modulemap"), *build.glob("*.build/module.modulemap"), *PROJECT.glob("Sources/**/module.modulemap")]
    clang = [word for path in maps for word in ("-Xcc", f"-fmodule-map-file={path}")]
    triple = json.loads(subprocess.run(["swiftc", "-print-target-info"], capture_output=True, check=True).stdout)["target"]["triple"]
    command = ["swift-symbolgraph-extract", "-module-name", module, "-target", triple, "-I", build / "Modules", *clang]
    if platform.system() == "Darwin":
        command += ["-sdk", subprocess.run(["xcrun", "--show-sdk-path"], capture_output=True, check=True, text=True).stdout.strip()]
    done = subprocess.run([*command, "-minimum-access-level", "public", "-skip-synthesized-members", "-output-dir", target], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{module}: {done.stderr.strip() or done.returncode}; build it first: swift build -c release")
    return [json.loads(path.read_bytes()) for path in sorted(target.glob(f"{module}*.symbols.json"))]


def declaration(symbol: dict) -> str:
    return " ".join("".join(part["spelling"] for part in symbol["declarationFragments"]).split())


def is_deprecated(symbol: dict) -> bool:
    return any(entry.get("isUnconditionallyDeprecated") for entry in symbol.get("availability", []))


class Listing:
    def __init__(self) -> None:
        self.sections: dict[tuple[str, str], list[str]] = {}
        self.deprecated: list[str] = []
        self.undocumented: list[str] = []

    def add(self, module: str, symbol: dict, conformances: list[str]) -> None:
        path = symbol["pathComponents"]
        kind = symbol["kind"]["identifier"].removeprefix("swift.")
        text = declaration(symbol)
        if is_deprecated(symbol):
            self.deprecated.append(f"{'.'.join(path[:-1])}: {text}" if len(path) > 1 else text)
            return
        if not symbol.get("docComment") and not self._explains_itself(kind, path):
            self.undocumented.append(f"{module}: {'.'.join(path)}")
        owner = ".".join(path if kind in KINDS else path[:-1]) or path[0]
        entries = self.sections.setdefault((module, owner), [])
        entries.append(f"{text}: {', '.join(conformances)}" if kind in KINDS and conformances and ":" not in text else text)

    @staticmethod
    def _explains_itself(kind: str, path: list[str]) -> bool:
        """What a protocol of the standard library asks for, and has documented."""
        known = {"init(from:)", "encode(to:)", "description", "errorDescription", "hash(into:)", "init(rawValue:)", "rawValue", "captionRequest"}
        return path[-1] in known or kind == "func.op"

    def page(self) -> str:
        parts = [HEADER]
        module = None
        for (owner_module, owner), entries in sorted(self.sections.items()):
            if owner_module != module:
                module = owner_module
                parts.append(f"\n## {module}\n")
            # The type itself first; sorted otherwise, since the order of a symbol graph is none.
            name = owner.rsplit(".", 1)[-1]
            first = [text for text in entries if re.match(rf"(final )?({'|'.join(KINDS)}) {name}\b", text)]
            lines = first + sorted(set(entries) - set(first))
            parts.append(f"### {owner}\n```swift\n" + "\n".join(lines) + "\n```\n")
        if self.deprecated:
            parts.append("\n## Deprecated\n```swift\n" + "\n".join(sorted(self.deprecated)) + "\n```\n")
        return "".join(parts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, default=PROJECT / ".build" / "release", metavar="FOLDER", help="what `swift build -c release` made (default: .build/release)")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--symbol-graphs", type=Path, metavar="FOLDER", help="only write the symbol graphs of Captioner there, for docc")
    options = parser.parse_args()
    os.chdir(PROJECT)
    if options.symbol_graphs:
        symbol_graphs(options.build, "Captioner", options.symbol_graphs)
        return 0
    listing = Listing()
    with tempfile.TemporaryDirectory() as folder:
        for module, types in MODULES.items():
            target = Path(folder, module)
            target.mkdir()
            for graph in symbol_graphs(options.build, module, target):
                conformances: dict[str, set[str]] = {}
                for relation in graph["relationships"]:
                    if relation["kind"] == "conformsTo":
                        conformances.setdefault(relation["source"], set()).add(relation.get("targetFallback", relation["target"]).rsplit(".", 1)[-1])
                for symbol in graph["symbols"]:
                    if types is None or symbol["pathComponents"][0] in types:
                        known = conformances.get(symbol["identifier"]["precise"], set()) & CONFORMANCES
                        listing.add(module, symbol, sorted(known))
    if listing.undocumented:
        print("no documentation:", *sorted(listing.undocumented), sep="\n  ", file=sys.stderr)
    page = listing.page()
    if not options.check:
        PAGE.write_text(page, encoding="utf-8")
        return 1 if listing.undocumented else 0
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        print(f"{PAGE.relative_to(PROJECT)} is not up to date: run scripts/public_api.py, and look at what has changed", file=sys.stderr)
        return 1
    return 1 if listing.undocumented else 0


if __name__ == "__main__":
    sys.exit(main())
