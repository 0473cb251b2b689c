"""What stands for a content that is too long to be compared, or to be a name."""

from hashlib import sha256


def digest(content: bytes) -> str:
    """Return 32 hexadecimal digits for *content*, half of its SHA-256: no other content has the same."""
    return sha256(content).hexdigest()[:32]
