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
    may read the file.  Raises OSError.
    """
    if not file.exists():
        _write_once(file, secrets.token_hex(KEY_BYTES))
    return file.read_text()


def _write_once(file: Path, text: str) -> None:
    """Write *file* whole or, where it is there by now, not at all."""
    with tempfile.NamedTemporaryFile("w", dir=file.parent) as draft, contextlib.suppress(FileExistsError):
        draft.write(text)
        draft.flush()
        os.link(draft.name, file)
