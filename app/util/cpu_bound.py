"""Views that keep a processor busy for long: a server may have threads of their own for them."""

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from flask import Flask

MARK = "is_cpu_bound"

V = TypeVar("V", bound=Callable[..., Any])


def cpu_bound(view: V) -> V:
    """Mark *view*, a view function or a method of a resource, as one that keeps a processor busy for long."""
    setattr(view, MARK, True)
    return view


def cpu_bound_requests(app: Flask) -> Callable[[str, str], bool]:
    """Return what tells, for a method and a path, whether a view of *app* may answer them that is marked.

    It looks at the text alone, and takes any for a part that varies: it is asked about every request.
    """
    is_one = re.compile("|".join(_patterns(app)) or "(?!)").fullmatch
    return lambda method, path: is_one(f"{method} {path}") is not None


def _patterns(app: Flask) -> Iterator[str]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        path = re.sub("<.*?>", ".+", re.escape(rule.rule))
        # Werkzeug takes several slashes at the beginning for one.
        yield from (f"{method} /*{path}/?" for method in rule.methods or () if _is_marked(view, method))


def _is_marked(view: Callable[..., Any], method: str) -> bool:
    resource = getattr(view, "view_class", None)
    return getattr(getattr(resource, method.lower(), view), MARK, False)
