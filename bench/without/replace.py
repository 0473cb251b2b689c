"""How something in ``app`` gets another meaning."""

from __future__ import annotations

import sys
from typing import Any


def everywhere(old: Any, new: Any) -> None:
    """Let *new* be what each module of ``app`` that knows *old* by a name of its own calls so."""
    modules = [module for name, module in sys.modules.items() if name.partition(".")[0] == "app"]
    places = [(module, name) for module in modules for name, value in vars(module).items() if value is old]
    assert places, f"nobody uses {old}"
    for module, name in places:
        setattr(module, name, new)


def member(owner: Any, name: str, new: Any) -> None:
    """Let *new* be what *owner* calls *name*."""
    assert hasattr(owner, name), f"{owner} has no {name}"
    setattr(owner, name, new)


def forgetful(function: Any) -> None:
    """Let *function*, which remembers what it has returned, work it out each time."""
    everywhere(function, getattr(function, "__self__", function).__wrapped__)
