"""Text that is found whatever the case of its letters of ASCII.

Of what is one letter beyond those, and in Turkish even of I, each locale has its own idea.
"""

from sqlalchemy import String


def caseless_string(length: int) -> String:
    """Return the type of text of up to *length* characters, of which SQL's ``lower()`` changes ASCII alone.

    SQLite's does so anyway; PostgreSQL's goes by the collation of the column, which is else the database's.
    """
    return String(length).with_variant(String(length, collation="C"), "postgresql")


def lower_ascii(text: str) -> str:
    """Return *text* as ``lower()`` has it in a column of that type."""
    return text.lower() if text.isascii() else text.encode().lower().decode()
