#!/usr/bin/env python3
"""Predicts how fast the inner loops of the matrix products are on processors that are not at hand: predict.py [PROGRAM]

Reads the loops with products from the disassembly of kernel-benchmark, and asks llvm-mca, LLVM's model of processors, for the cycles of
each. Its data is in the first cache always; so these are predictions of the loop, and no measurements. What is printed is the share
of the cycles that the products alone would take. The program may be one for x86-64 or for arm64.
Needs llvm-mca and llvm-objdump (Debian's llvm-19 or later: --llvm 19) and swift.
"""

import argparse
import collections
import re
import subprocess

PRODUCT = re.compile(
    r"(?:\{vex\}\s+)?(vpdpbusd|vdpbf16ps|vfmadd231ps|vpmaddubsw|tdpbssd|tdpbusd|tdpbsud|usmmla|usdot|sdot|bfmlal[bt]|fmla|sadalp|mul(?=\s+v))\b")
# Of each architecture by the name that llvm-objdump gives it.
PROCESSORS = {
    "x86-64": ["znver4", "znver5", "sapphirerapids", "alderlake"],
    "aarch64": ["cortex-a76", "neoverse-n1", "neoverse-v1", "neoverse-v2", "apple-m1"],
}


def functions(program: str, llvm: str) -> tuple[str, dict[str, list[tuple[int, str]]]]:
    """The architecture of a program, and addresses and instructions of the kernels' functions."""
    listing = subprocess.run(
        [f"llvm-objdump{llvm}", "-d", "--no-show-raw-insn", program], capture_output=True, text=True, check=True).stdout
    found: dict[str, list[tuple[int, str]]] = {}
    lines: list[tuple[int, str]] | None = None
    for line in listing.split("\n"):
        if header := re.match(r"[0-9a-f]+ <(.*)>:$", line):
            lines = found.setdefault(header[1], []) if "Captioner" in header[1] else None
        elif lines is not None and (instruction := re.match(r"\s*([0-9a-f]+):\s+(.*)$", line)):
            lines.append((int(instruction[1], 16), instruction[2].strip()))
    return re.search(r"file format elf64-(?:little)?(\S+)", listing)[1], found


def loops(lines: list[tuple[int, str]]) -> list[list[str]]:
    """The innermost loops with products, without the loops of a few instructions in them that prefetch."""
    places = {address: place for place, (address, _) in enumerate(lines)}
    spans = []
    for end, (address, text) in enumerate(lines):
        target = re.match(r"(?:j\w+|b|b\.\w+|cbn?z\s+\w+,|tbn?z\s+\w+,\s*#\w+,)\s+0x([0-9a-f]+)", text)
        if target and int(target[1], 16) <= address and int(target[1], 16) in places:
            spans.append((places[int(target[1], 16)], end))

    def products(start: int, end: int) -> int:
        return sum(bool(PRODUCT.match(text)) for _, text in lines[start : end + 1])

    found = []
    for start, end in spans:
        inside = [span for span in spans if span != (start, end) and start <= span[0] and span[1] <= end]
        if products(start, end) < 4 or any(products(*span) for span in inside):
            continue
        left_out = {place for first, last in inside for place in range(first, last + 1)}
        found.append([text for place, (_, text) in enumerate(lines[start : end + 1], start) if place not in left_out])
    return found


def cycles(body: list[str], architecture: str, processor: str, llvm: str) -> float | None:
    """Cycles of a round of a loop; nothing if the model does not know an instruction."""
    # Where jumps lead to does not matter.
    if architecture == "aarch64":
        plain = [re.sub(r"\s*(<|//).*", "", line) for line in body]
        text = "\n".join(re.sub(r"0x[0-9a-f]+$", "0", line) if re.match(r"(b|b\.\w+|cbn?z|tbn?z)\s", line) else line for line in plain)
    else:
        text = "\n".join(re.sub(r"^(j\w+|call\w*)\s+.*", r"\1 0", re.sub(r"\s*[<#].*", "", line)) for line in body)
    answer = subprocess.run(
        [f"llvm-mca{llvm}", f"-mtriple={architecture.replace('-', '_')}", f"-mcpu={processor}", "-iterations=200",
         "-instruction-info=0", "-resource-pressure=0"],
        input=text, capture_output=True, text=True)
    total = re.search(r"Total Cycles:\s+(\d+)", answer.stdout)
    return int(total[1]) / 200 if total else None


def name(symbol: str) -> tuple[str, int]:
    """Of a specialisation such as <CaptionerKernelsAVX2.AVX2Int8, 3, 2>: its name, and how large its tile is."""
    text = subprocess.run(["swift", "demangle", "-compact", symbol], capture_output=True, text=True, check=True).stdout
    if found := re.search(r"<CaptionerKernels(\w+)\.(\w+), (\d+), (\d+)>", text):
        return f"{found[1]} {found[2].removeprefix(found[1])} {found[3]} x {found[4]}", int(found[3]) * int(found[4])
    return "", 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?", default=".build/release/kernel-benchmark")
    parser.add_argument("--llvm", default="", help="the version in the commands' names: 19 for llvm-mca-19")
    options = parser.parse_args()
    llvm = f"-{options.llvm}" if options.llvm else ""
    # Of the largest tile the loop that is products most of all; others are for what is left of the depth.
    largest: dict[str, tuple[tuple[int, float], str, list[str]]] = {}
    architecture, listing = functions(options.program, llvm)
    processors = PROCESSORS[architecture]
    for symbol, lines in listing.items():
        for body in loops(lines):
            title, size = name(symbol)
            kernel = title.rsplit(" ", 3)[0]
            if not title:
                continue
            rank = (size, sum(bool(PRODUCT.match(text)) for text in body) / len(body))
            if rank > largest.get(kernel, ((0, 0.0),))[0]:
                largest[kernel] = (rank, title, body)
    print("| kernel | tile | instructions | products | " + " | ".join(processors) + " |")
    print("|---" * (4 + len(processors)) + "|")
    for kernel, (_, title, body) in sorted(largest.items()):
        products = [text for text in body if PRODUCT.match(text)]
        kinds = collections.Counter(PRODUCT.match(text)[1] for text in products)
        shares = []
        for processor in processors:
            whole, alone = cycles(body, architecture, processor, llvm), cycles(products, architecture, processor, llvm)
            shares.append(f"{whole:.1f} ({alone / whole:.0%})" if whole and alone else "no")
        tile = title[len(kernel) :].strip()
        print(f"| {kernel} | {tile} | {len(body)} | " + ", ".join(f"{count} {kind}" for kind, count in kinds.items()) + " | " + " | ".join(shares) + " |")


if __name__ == "__main__":
    main()
