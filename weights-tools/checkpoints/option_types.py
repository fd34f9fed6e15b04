"""Options that the commands which write checkpoints have in common."""

import argparse
import re

DTYPES = {"f32": "F32", "f16": "F16", "bf16": "BF16"}


def byte_count(text: str) -> int:
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*([kMG]?)B?", text)
    if not match:
        raise argparse.ArgumentTypeError(f"{text} is no size such as 500kB, 5GB or 10000000")
    return int(float(match[1]) * {"": 1, "k": 10**3, "M": 10**6, "G": 10**9}[match[2]])
