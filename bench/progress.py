"""What is going on, for whoever waits."""

import sys


def say(text: str, end: str = "\n") -> None:
    """Tell *text* on standard error; with ``end="\\r"`` what comes next stands in its place."""
    print(text.ljust(78), file=sys.stderr, end=end, flush=True)
