"""Settings: one class per environment, each value of which the process environment may replace.

A class names its settings and their defaults; an instance is those defaults with the environment
laid over them, checked.  Nothing is read before an instance is made.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from app.util.secret_key import kept_secret_key

INSTANCE = Path(__file__).resolve().parent.parent / "instance"
SQLITE_DEV = f"sqlite:///{INSTANCE / 'development.sqlite'}"
SQLITE_TEST = f"sqlite:///{INSTANCE / 'testing.sqlite'}"
SQLITE_PROD = f"sqlite:///{INSTANCE / 'production.sqlite'}"
MIN_SECRET_KEY_BYTES = 32
DATABASE_WAIT_SECONDS = 4

FROM_ENVIRONMENT = (
    "SECRET_KEY",
    "DATABASE_URL",
    "TOKEN_EXPIRE_HOURS",
    "TOKEN_EXPIRE_MINUTES",
    "TOKEN_EXPIRE_SECONDS",
    "TOKEN_ISSUER",
    "REALM_REGULAR_USERS",
    "REALM_ADMIN_USERS",
    "BCRYPT_LOG_ROUNDS",
    "CORS_ORIGINS",
    "TRUSTED_HOSTS",
    "PROXY_HOPS",
    "MAX_CONTENT_LENGTH",
)


class ConfigurationError(RuntimeError):
    """A setting keeps the application from starting; the message is one line that says which."""


class Config:
    """What every environment shares.  Upper-case names are settings; README.md explains them."""

    SECRET_KEY = ""
    DATABASE_URL = SQLITE_PROD
    TOKEN_EXPIRE_HOURS = 0
    TOKEN_EXPIRE_MINUTES = 0
    TOKEN_EXPIRE_SECONDS = 0
    TOKEN_ISSUER = "widget-api"
    REALM_REGULAR_USERS = "registered_users@mydomain.com"
    REALM_ADMIN_USERS = "admin_users@mydomain.com"
    BCRYPT_LOG_ROUNDS = 12
    CORS_ORIGINS = ("*",)
    TRUSTED_HOSTS = ("localhost", "127.0.0.1", "[::1]")
    PROXY_HOPS = 0
    MAX_CONTENT_LENGTH = 64 * 1024

    # The rest is fixed: stored passwords, or the documents, depend on it.
    BCRYPT_HANDLE_LONG_PASSWORDS = True
    RESTX_MASK_SWAGGER = False
    RESTX_ERROR_404_HELP = False
    SWAGGER_UI_DOC_EXPANSION = "list"

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        environ = os.environ if environ is None else environ
        for name in FROM_ENVIRONMENT:
            if text := environ.get(name, "").strip():
                setattr(self, name, _read_setting(name, text, getattr(self, name)))
        self.SQLALCHEMY_DATABASE_URI = _database_url(self.database_url(environ))
        self.SQLALCHEMY_ENGINE_OPTIONS = _engine_options(self.SQLALCHEMY_DATABASE_URI)
        self.SECRET_KEY = self.SECRET_KEY or self.default_secret_key()
        if not (self.TOKEN_EXPIRE_HOURS or self.TOKEN_EXPIRE_MINUTES or self.TOKEN_EXPIRE_SECONDS):
            raise ConfigurationError(
                "TOKEN_EXPIRE_HOURS, _MINUTES and _SECONDS are all 0: no token would live."
            )

    def database_url(self, environ: Mapping[str, str]) -> str:
        """Return the URL of the database as it was given."""
        return self.DATABASE_URL

    def default_secret_key(self) -> str:
        """Return the key that signs tokens where SECRET_KEY is not set."""
        try:
            return kept_secret_key(INSTANCE / f"{type(self).__name__}.key")
        except OSError as error:
            raise ConfigurationError(f"SECRET_KEY is not set and none can be kept: {error}.") from error


class TestingConfig(Config):
    """Short-lived tokens, cheap password hashes, a database of its own."""

    TESTING = True
    TOKEN_EXPIRE_SECONDS = 5
    BCRYPT_LOG_ROUNDS = 4

    def database_url(self, environ: Mapping[str, str]) -> str:
        """Return TEST_DATABASE_URL, so that no test ever touches DATABASE_URL."""
        return environ.get("TEST_DATABASE_URL") or SQLITE_TEST


class DevelopmentConfig(Config):
    """For one's own machine."""

    DATABASE_URL = SQLITE_DEV
    TOKEN_EXPIRE_MINUTES = 15
    BCRYPT_LOG_ROUNDS = 10


class ProductionConfig(Config):
    """For users.  It refuses to start without a SECRET_KEY of its own."""

    TOKEN_EXPIRE_HOURS = 1

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        super().__init__(environ)
        if len(self.SECRET_KEY.encode()) < MIN_SECRET_KEY_BYTES:
            raise ConfigurationError(
                f"SECRET_KEY must be set to at least {MIN_SECRET_KEY_BYTES} random bytes in production; "
                "make one with: python -c 'import secrets; print(secrets.token_hex(32))'"
            )

    def default_secret_key(self) -> str:
        """Return no key: whoever deploys must choose one."""
        return ""


_CONFIGS = {"development": DevelopmentConfig, "testing": TestingConfig, "production": ProductionConfig}


def get_config(name: str) -> type[Config]:
    """Return the configuration class called *name*; any name that is not known means production."""
    return _CONFIGS.get(name, ProductionConfig)


def _read_whole_number(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ValueError(text)
    return int(text)


def _read_list(text: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(",") if item.strip())


_READERS: Mapping[type, tuple[Callable[[str], Any], str]] = {
    int: (_read_whole_number, "a whole number"),
    tuple: (_read_list, "a list with commas"),
    str: (str, "a text"),
}


def _read_setting(name: str, text: str, default: Any) -> Any:
    read, wanted = _READERS[type(default)]
    try:
        return read(text)
    except ValueError as error:
        raise ConfigurationError(f"{name} must be {wanted}, not {text!r}.") from error


def _database_url(text: str) -> str:
    """Return *text* as SQLAlchemy wants it: ``postgres://``, which many platforms give, is an alias."""
    if text.startswith("postgres://"):
        text = text.replace("postgres://", "postgresql://", 1)
    try:
        make_url(text)
    except (ArgumentError, ValueError) as error:
        raise ConfigurationError("DATABASE_URL is not a database URL.") from error
    return text


def _engine_options(url: str) -> dict[str, Any]:
    """Return how to connect: no wait for the database is longer than seconds, and no log shows a value."""
    if url.startswith("sqlite"):
        return {"hide_parameters": True, "connect_args": {"timeout": DATABASE_WAIT_SECONDS}}
    return {
        "hide_parameters": True,
        "connect_args": {"connect_timeout": DATABASE_WAIT_SECONDS},
        "pool_pre_ping": True,
        "pool_timeout": DATABASE_WAIT_SECONDS,
    }
