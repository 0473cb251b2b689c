"""The file .env of this checkout, which whatever starts the application reads first."""

import sys
from pathlib import Path

from dotenv import load_dotenv


def load_settings() -> None:
    """Lay what .env sets under the environment.  Raises SystemExit, in one line, where it cannot be read."""
    try:
        load_dotenv(Path(__file__).with_name(".env"))
    except (OSError, ValueError) as error:  # no right to, no UTF-8, or what no environment can hold
        sys.exit(f"Error: .env cannot be read: {error}.")
