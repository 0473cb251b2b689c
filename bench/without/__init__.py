"""This project without one of its optimisations: the environment's WITHOUT says which.

It is taken away in this process alone.  The modules of ``app`` are loaded, some names in them get another
meaning, the usual one, and only then the application is made.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Mapping

from bench.without import answers, statements

UNDO: Mapping[str, Callable[[], None]] = {
    "serializer": answers.serializer,
    "links": answers.links,
    "orjson": answers.fast_json,
    "instants": answers.instants,
    "tokens": answers.tokens,
    "whole": answers.whole,
    "cors": answers.cors,
    "routing": answers.routing,
    "sessions": answers.sessions,
    "gc": answers.frozen_gc,
    "compiled": statements.compiled,
    "autocommit": statements.autocommit,
    "cursor": statements.cursor,
    "alone": statements.alone,
    "ping": statements.ping,
    "caller": statements.caller,
    "insertion": statements.insertion,
    "count": statements.count,
    "nearer_end": statements.nearer_end,
    "index": statements.index,
    "in_turn": statements.in_turn,
}

UNDO[os.environ["WITHOUT"]]()
application = importlib.import_module("run").app
