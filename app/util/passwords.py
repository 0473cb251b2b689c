"""Passwords, whosever they are: how long one may be, and which nobody should have.

Those are the 2,000 that people choose most, in the order of their frequency in leaks: the head of the list of
zxcvbn 4.5 (MIT, Copyright 2012-2017 Dropbox, Inc.), all in lower case.  The list is short on purpose: what it
must outlast is the number of guesses that the limits of logins leave (NIST SP 800-63B-4, 3.1.1.2).
"""

from functools import cache
from pathlib import Path

MAX_PASSWORD_LENGTH = 128  # characters: longer than any sentence that people remember
_COMMON = Path(__file__).with_name("common_passwords.txt")


def is_common_password(password: str) -> bool:
    """Tell whether *password* is on the list, in whatever case it is written."""
    return password.lower() in _common_passwords()


@cache
def _common_passwords() -> frozenset[str]:
    return frozenset(_COMMON.read_text("utf-8").splitlines())
