import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by the folder's path
sys.path.append(str(Path(__file__).resolve().parents[1] / "python"))  # the package, if it is not installed

from better_synth.command import main

sys.exit(main())
