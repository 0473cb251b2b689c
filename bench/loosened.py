"""The production server without a thing that it does for speed: ``python -m bench.loosened roaming``."""

import sys

import serve
from app.util.server import affinity, concurrency


def crowded() -> None:
    """Let as many threads answer at once as there are."""
    concurrency.FEW = sys.maxsize


def roaming() -> None:
    """Let workers be on any processor."""
    affinity.settle = lambda workers: None


if __name__ == "__main__":
    {"crowded": crowded, "roaming": roaming}[sys.argv[1]]()
    serve.main()
