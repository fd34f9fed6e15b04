"""What ends the loop."""


class Problem(Exception):
    """Names the file and what is wrong with it."""
