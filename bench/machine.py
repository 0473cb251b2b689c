"""What was measured on, and with which versions."""

from __future__ import annotations

import os
import platform
import sqlite3
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PACKAGES = (
    "Flask",
    "flask-restx",
    "SQLAlchemy",
    "psycopg",
    "granian",
    "fastapi",
    "pydantic",
    "asyncpg",
    "aiosqlite",
    "uvicorn",
    "Django",
    "djangorestframework",
    "djangorestframework-simplejwt",
    "gunicorn",
)


def description() -> dict[str, str]:
    """Return the date, the machine and the versions, by name."""
    facts = {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": f"{os.cpu_count()} x {_field('/proc/cpuinfo', 'model name')}",
        "memory": f"{int(_field('/proc/meminfo', 'MemTotal').split()[0]) / 2**20:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
    }
    return facts | {package: version(package) for package in PACKAGES}


def _field(file: str, name: str) -> str:
    lines = Path(file).read_text().splitlines() if Path(file).exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "0 unknown")
