"""Passwords, whosever they are."""

MAX_PASSWORD_LENGTH = 128  # characters: longer than any sentence that people remember
