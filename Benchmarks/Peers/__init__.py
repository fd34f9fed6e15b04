"""One command that measures caption-images and its peers in turn. `command.py` is where it begins."""
