#!/usr/bin/env python3
"""Measures this engine beside transformers, torch and OpenVINO on the same machine, model and images.

See Benchmarks/Peers/README.md. Needs Python 3.11 with venv, and nothing else: what it needs besides it installs into a
virtual environment of its own.
"""

import sys

from Peers.command import main

if __name__ == "__main__":
    sys.exit(main())
