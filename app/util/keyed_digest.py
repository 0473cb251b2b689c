"""What stands for a text that nobody is to know: the same each time, and without the key it tells nothing."""

import hmac


def keyed_digest(key: str, purpose: str, text: str) -> str:
    """Return 64 hexadecimal digits for *text* (HMAC, RFC 2104), which are others for another *purpose*."""
    return hmac.digest(key.encode(), f"{purpose}:{text}".encode(), "sha256").hex()
