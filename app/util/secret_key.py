"""A secret key that is made once and kept in a file."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

KEY_BYTES = 32


def kept_secret_key(file: Path) -> str:
    """Return the key in *file*, made at the first call: 32 random bytes, written as 64 digits.

    Of several processes that make it at once, one wins and all get the same key.  Only the owner
    may read the file.  Raises OSError, and ValueError if something else is in *file*.
    """
    if not file.exists():
        _write_once(file, secrets.token_hex(KEY_BYTES))
    key = file.read_text()
    if len(key.strip()) < 2 * KEY_BYTES:
        raise ValueError(f"{file.name} has no key of {KEY_BYTES} bytes; without the file a new one is made")
    return key


def _write_once(file: Path, text: str) -> None:
    """Write *file* whole or, where it is there by now, not at all."""
    with tempfile.NamedTemporaryFile("w", dir=file.parent) as draft, contextlib.suppress(FileExistsError):
        draft.write(text)
        draft.flush()
        os.fsync(draft.fileno())  # a file that is there after a crash is to have its key
        os.link(draft.name, file)
