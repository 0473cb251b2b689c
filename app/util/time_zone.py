"""Whether the C library, which the server's time zone comes from, can tell what ``TZ`` names.

It takes what it cannot tell for UTC, without a word.
"""

import os
import re
from pathlib import Path
from zoneinfo import TZPATH

_AS_UTC = ("", "UTC", "GMT", "Etc/UTC", "Etc/GMT")  # right without any file
_NAME = r"(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)"
_CLOCK = r"[+-]?\d{1,3}(?::\d{1,2}){0,2}"
_CHANGE = rf",(?:M\d{{1,2}}\.[1-5]\.[0-6]|J?\d{{1,3}})(?:/{_CLOCK})?"
_SUMMER = rf"{_NAME}(?:{_CLOCK})?(?:{_CHANGE}{_CHANGE})?"
_is_posix = re.compile(rf"{_NAME}{_CLOCK}(?:{_SUMMER})?", re.ASCII).fullmatch


def is_time_zone(text: str) -> bool:
    """Tell whether *text*, as ``TZ`` has it, is a file of the system's time zones, or of POSIX's form."""
    name = text.removeprefix(":")
    return name in _AS_UTC or _is_posix(name) is not None or _is_file(name)


def _is_file(name: str) -> bool:
    directories = (os.getenv("TZDIR", ""), *TZPATH)
    try:
        return any(Path(directory, name).is_file() for directory in directories if directory)
    except ValueError:  # a NUL
        return False
