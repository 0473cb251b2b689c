"""How a record of the log is written: a JSON object for programs, a text for people.

A record has a message and facts, which are given to the logger as one dict:
``log.info("done", {"tries": 2})``.  Whatever a client put into them, what is written is ASCII without
control characters and without tokens.
"""

import json
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

# The header and the payload of a token are JSON objects, so both begin like this.  None of them is meant
# to be logged, but one may stand in a path or in the text of an exception.
BEGINNING = "eyJ"
TOKEN = re.compile(BEGINNING + r"[\w-]{16,}[\w.=-]*", re.ASCII)
_encode = json.JSONEncoder(default=str, separators=(",", ":")).encode


class JsonFormatter(logging.Formatter):
    """Writes a record as one line, a JSON object.  The time is in UTC."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_facts(record),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return _without_tokens(_json(entry))


class TextFormatter(logging.Formatter):
    """Writes a record as one line, and a traceback below, indented: none of its lines passes for a record."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines, without the last one's end."""
        facts = "".join(f" {name}={value}" for name, value in _facts(record).items() if value is not None)
        time = self.formatTime(record, "%H:%M:%S")
        lines = [f"{time} {record.levelname} {record.name}: {record.getMessage()}{facts}"]
        if record.exc_info:
            lines += self.formatException(record.exc_info).splitlines()
        return _without_tokens("\n    ".join(map(_escaped, lines)))


def _json(entry: Mapping[str, Any]) -> str:
    """Return *entry* as JSON in ASCII: by the fast writer, unless it writes something that needs escaping."""
    try:
        line = orjson.dumps(entry, default=str).decode()
    except TypeError:  # a text that is no Unicode
        return _encode(entry)
    return line if line.isascii() and line.isprintable() else _encode(entry)


def _facts(record: logging.LogRecord) -> Mapping[str, Any]:
    """Return the facts of *record*, and the id of its request where it has one."""
    facts = record.args if isinstance(record.args, dict) else {}
    request_id = getattr(record, "request_id", None)
    return facts if request_id is None else {**facts, "request_id": request_id}


def _escaped(line: str) -> str:
    return line.encode("unicode_escape").decode()


def _without_tokens(text: str) -> str:
    return TOKEN.sub("[token]", text) if BEGINNING in text else text
