"""What the scripts that run inside the virtual environment have in common."""

import json
import os
import resource
import sys
from pathlib import Path

# Nothing here may ask a network, and a progress bar is no result.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "weights-tools"))


def peak_resident_bytes() -> int:
    """The largest resident memory of this process so far, mapped files included."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def put(result: dict[str, object]) -> None:
    """The result as the last line of standard output, where the caller looks for it: libraries print there too."""
    sys.stdout.flush()
    print(json.dumps(result), flush=True)
