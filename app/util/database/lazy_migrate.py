"""Flask-Migrate for servers, which do not migrate: it is loaded where somebody does."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from click import Command, Context
from flask import Flask
from werkzeug.local import LocalProxy


class LazyMigrate:
    """Flask-Migrate with these *options*, loaded where it is first used.

    Alembic, which comes with it, would be a tenth of a server's memory and of its time to start.
    """

    def __init__(self, **options: Any) -> None:
        self._options = options

    def init_app(self, app: Flask) -> None:
        """Stand where Flask-Migrate would: among the extensions of *app*, and as its command."""
        app.extensions["migrate"] = LocalProxy(lambda: self._bound_to(app).extensions["migrate"])
        app.cli.add_command(LazyCommand(lambda: self._bound_to(app).cli.commands["db"]))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._migrate, name)

    @cached_property
    def _migrate(self) -> Any:
        from flask_migrate import Migrate  # the import is what is put off

        return Migrate(**self._options)

    def _bound_to(self, app: Flask) -> Flask:
        """Return *app*, where Flask-Migrate has taken the places that were kept for it."""
        self._migrate.init_app(app)
        return app


class LazyCommand(Command):
    """``flask db`` until it is called: then *load* returns Flask-Migrate's own."""

    def __init__(self, load: Callable[[], Command]) -> None:
        super().__init__("db", short_help="Perform database migrations.")
        self._load = load

    def make_context(
        self, info_name: str | None, args: list[str], parent: Context | None = None, **extra: Any
    ) -> Context:
        """Return the context of the command that this one stands for."""
        return self._load().make_context(info_name, args, parent, **extra)
