"""Where Alembic's migrations end, read from their files: Alembic itself is not loaded in a server."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def heads(versions: Path) -> frozenset[str]:
    """Return the revisions in the folder *versions* that no other one there comes after."""
    files = [dict(_constants(file)) for file in versions.glob("*.py")]
    revisions = [file for file in files if "revision" in file]
    earlier = {name for revision in revisions for name in _names(revision.get("down_revision"))}
    return frozenset(revision["revision"] for revision in revisions) - earlier


def _constants(file: Path) -> Iterator[tuple[str, Any]]:
    """Yield the names, and their values, that say in *file* which revision it is and what it comes after."""
    for node in ast.parse(file.read_bytes()).body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, ast.Name) and target.id in ("revision", "down_revision"):
                yield target.id, ast.literal_eval(node.value)  # type: ignore[attr-defined]


def _names(down_revision: str | tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the revisions that are meant: a first one has none before it, one that merges has several."""
    return (down_revision,) if isinstance(down_revision, str) else down_revision or ()
