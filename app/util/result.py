"""The outcome of reading something that cannot be trusted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Result:
    """Either a success with a *value* or a failure with an *error* that can be shown to people."""

    success: bool
    value: Any = None
    error: str = ""

    @property
    def failure(self) -> bool:
        """Tell whether this is a failure."""
        return not self.success

    @staticmethod
    def Ok(value: Any = None) -> Result:  # noqa: N802 - the tutorial's name
        """Return a success that carries *value*."""
        return Result(True, value=value)

    @staticmethod
    def Fail(error: str) -> Result:  # noqa: N802 - the tutorial's name
        """Return a failure that says why."""
        return Result(False, error=error)
