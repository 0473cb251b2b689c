"""The production server: granian, as many workers as cores, a pool of threads in each.

It serves ``run:app`` and does not migrate.  It reads HOST, PORT, WORKERS and THREADS.
"""

import os
import sys
from pathlib import Path

from dotenv import load_dotenv
from granian import Granian
from granian.constants import Interfaces

from app.config import ConfigurationError, get_config

DEFAULT_THREADS = 8  # fewer than the database connections that a worker may open


def main() -> None:
    """Serve until SIGTERM or SIGINT, which let the requests in flight complete."""
    load_dotenv(Path(__file__).with_name(".env"))
    _check_configuration()
    Granian(
        "run:app",
        address=os.getenv("HOST", "127.0.0.1"),
        port=_whole_number("PORT", 8000),
        interface=Interfaces.WSGI,
        workers=_whole_number("WORKERS", os.cpu_count() or 1),
        blocking_threads=_whole_number("THREADS", DEFAULT_THREADS),
        respawn_failed_workers=True,
    ).serve()


def _check_configuration() -> None:
    """Refuse to start here and in one line, where a worker could only die and be started again."""
    try:
        get_config(os.getenv("FLASK_ENV", "production"))()
    except ConfigurationError as error:
        sys.exit(f"Error: {error}")


def _whole_number(name: str, default: int) -> int:
    text = os.getenv(name) or str(default)
    if not (text.isascii() and text.isdigit() and int(text)):
        sys.exit(f"Error: {name} must be a positive whole number, not {text!r}.")
    return int(text)


if __name__ == "__main__":
    main()
