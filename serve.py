"""The production server: granian, as many workers as cores, a pool of threads in each.

It serves ``gateway:app`` and does not migrate.  It reads HOST, PORT, WORKERS, THREADS, BODY_SECONDS.
"""

import os
import sys
import time
from pathlib import Path

from dotenv import load_dotenv
from granian import Granian
from granian.constants import Interfaces

from app.config import ConfigurationError, get_config

DEFAULT_THREADS = 8  # fewer than the database connections that a worker may open
DEFAULT_BODY_SECONDS = 10
KILL_SECONDS = 30  # for the requests in flight, after SIGTERM
PROVEN_SECONDS = 5  # a server that has run so long does not die of its own application


def main() -> None:
    """Serve until SIGTERM or SIGINT, which let the requests in flight complete."""
    load_dotenv(Path(__file__).with_name(".env"))
    _check_configuration()
    while not _serve():
        print("The server gave up a worker that died twice at once; starting again.", file=sys.stderr)


def whole_number(name: str, default: int) -> int:
    """Return the positive number that the environment gives for *name*."""
    text = os.getenv(name) or str(default)
    if not (text.isascii() and text.isdigit() and int(text)):
        sys.exit(f"Error: {name} must be a positive whole number, not {text!r}.")
    return int(text)


def _serve() -> bool:
    """Serve, and tell whether that ended as it was told to.  Raises SystemExit where it cannot start."""
    server = Granian(
        "gateway:app",
        address=os.getenv("HOST", "127.0.0.1"),
        port=whole_number("PORT", 8000),
        interface=Interfaces.RSGI,
        workers=whole_number("WORKERS", os.cpu_count() or 1),
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_SECONDS,
    )
    began = time.monotonic()
    try:
        server.serve()
    except SystemExit:
        if time.monotonic() - began < PROVEN_SECONDS:
            raise
        return False
    return True


def _check_configuration() -> None:
    """Refuse to start here and in one line, where a worker could only die and be started again."""
    try:
        get_config(os.getenv("FLASK_ENV", "production"))()
    except ConfigurationError as error:
        sys.exit(f"Error: {error}")


if __name__ == "__main__":
    main()
