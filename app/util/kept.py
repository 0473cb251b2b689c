"""What every database can store, and every answer tell again."""

from decimal import Decimal
from math import isfinite
from typing import Any

MAX_DEPTH = 100  # of lists and objects within each other
_REPLACEMENT_CHARACTER = "\N{REPLACEMENT CHARACTER}"  # what bytes that are no UTF-8 have become


def is_clean(text: str) -> bool:
    """Tell whether *text* is Unicode that every database can store."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text and _REPLACEMENT_CHARACTER not in text


def can_be_kept(value: Any, depth: int = MAX_DEPTH) -> bool:
    """Tell whether *value*, if it is one that JSON has, can be stored, and told again, by every database."""
    if isinstance(value, str):
        return is_clean(value)
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    if isinstance(value, float | Decimal):
        return isfinite(value)
    if isinstance(value, dict | list):
        parts = (*value, *value.values()) if isinstance(value, dict) else value
        return depth > 0 and all(can_be_kept(part, depth - 1) for part in parts)
    return True
