"""Settings: one class per environment, each value of which the process environment may replace.

A class names its settings and their defaults; an instance is those defaults with the environment
laid over them, checked.  Nothing is read before an instance is made.
"""

import os
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.util.attempts import STORAGES, is_limit, is_storage
from app.util.database.engine import engine_options
from app.util.database.url import database_url, is_database_url, is_relative_sqlite_url, sqlite_url
from app.util.passwords import MAX_PASSWORD_LENGTH
from app.util.secret_key import KEY_BYTES, kept_secret_key
from app.util.time_zone import is_time_zone
from app.util.token import MAX_LIFE_SECONDS, can_sign

INSTANCE = Path(__file__).resolve().parent.parent / "instance"
SQLITE_DEV = sqlite_url(INSTANCE / "development.sqlite")
SQLITE_TEST = sqlite_url(INSTANCE / "testing.sqlite")
SQLITE_PROD = sqlite_url(INSTANCE / "production.sqlite")
MIN_LOG_ROUNDS, MAX_LOG_ROUNDS = 4, 16
MAX_ISSUER_LENGTH = 100
MAX_DIGITS = 18
DAY_SECONDS = 24 * 3600
TRUE, FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")
LIMITS = (
    "RATELIMIT_LOGIN",
    "RATELIMIT_LOGIN_PER_ADDRESS",
    "RATELIMIT_LOGIN_PER_ACCOUNT",
    "RATELIMIT_REGISTER",
)
LOG_FORMATS = ("json", "text")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class ConfigurationError(RuntimeError):
    """A setting keeps the application from starting; the message is one line that says which."""


class Fixed:
    """What no environment changes: stored passwords, or the documents, depend on it."""

    BCRYPT_HANDLE_LONG_PASSWORDS = True
    MAX_FORM_PARTS = 100
    RESTX_MASK_SWAGGER = False


class Config(Fixed):
    """What every environment shares.  Upper-case names are settings; README.md explains them."""

    SECRET_KEY = ""
    SECRET_KEY_FALLBACKS: tuple[str, ...] = ()
    DATABASE_URL = SQLITE_PROD
    TOKEN_EXPIRE_HOURS = 0
    TOKEN_EXPIRE_MINUTES = 0
    TOKEN_EXPIRE_SECONDS = 0
    TOKEN_ISSUER = "widget-api"
    REALM_REGULAR_USERS = "registered_users@mydomain.com"
    REALM_ADMIN_USERS = "admin_users@mydomain.com"
    BCRYPT_LOG_ROUNDS = 12
    CORS_ORIGINS: tuple[str, ...] = ("*",)
    TRUSTED_HOSTS: tuple[str, ...] = ("localhost", "127.0.0.1")
    PROXY_HOPS = 0
    MAX_CONTENT_LENGTH = 64 * 1024
    MIN_PASSWORD_LENGTH = 8
    CHECK_COMMON_PASSWORDS = True
    RATELIMIT_ENABLED = True
    RATELIMIT_STORAGE_URI = "memory://"
    RATELIMIT_LOGIN = "10 per 15 minutes"
    RATELIMIT_LOGIN_PER_ADDRESS = "300 per hour"
    RATELIMIT_LOGIN_PER_ACCOUNT = "100 per hour"
    # Successes count too: it is far above what a crowd behind one address, or a load test, needs.
    RATELIMIT_REGISTER = "10000 per hour"
    LOG_FORMAT = "text"
    LOG_LEVEL = "INFO"

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        environ = os.environ if environ is None else environ
        for name in FROM_ENVIRONMENT:
            if text := environ.get(name, "").strip():
                setattr(self, name, self._read(name, text))
        self.SQLALCHEMY_DATABASE_URI = database_url(self.given_database_url(environ))
        self.SQLALCHEMY_ENGINE_OPTIONS = engine_options(self.SQLALCHEMY_DATABASE_URI)
        self.SECRET_KEY = self.SECRET_KEY or self.default_secret_key()
        for problem in self.problems():
            raise ConfigurationError(problem)
        any_host = "*" in self.TRUSTED_HOSTS
        self.TRUSTED_HOSTS = () if any_host else tuple(map(str.lower, self.TRUSTED_HOSTS))
        if self._keeps_database_in_instance():
            _make_directory(INSTANCE)

    def problems(self) -> Iterator[str]:
        """Tell of each setting that the application could not work with."""
        lifetime = self.TOKEN_EXPIRE_HOURS * 3600 + self.TOKEN_EXPIRE_MINUTES * 60 + self.TOKEN_EXPIRE_SECONDS
        rules = {
            "DATABASE_URL is not the URL of a database of SQLite or PostgreSQL, with options that it has.": (
                is_database_url(self.SQLALCHEMY_DATABASE_URI)
            ),
            f"TOKEN_ISSUER must be up to {MAX_ISSUER_LENGTH} printable characters of ASCII, no quotes.": (
                _is_quotable(self.TOKEN_ISSUER) and len(self.TOKEN_ISSUER) <= MAX_ISSUER_LENGTH
            ),
            "TRUSTED_HOSTS must be names of hosts such as api.example.com, or * for any.": (
                bool(self.TRUSTED_HOSTS) and all(name == "*" or _is_host(name) for name in self.TRUSTED_HOSTS)
            ),
            "CORS_ORIGINS must be origins such as https://www.example.com, or * for any.": (
                bool(self.CORS_ORIGINS)
                and all(origin == "*" or _is_origin(origin) for origin in self.CORS_ORIGINS)
            ),
            f"BCRYPT_LOG_ROUNDS must be {MIN_LOG_ROUNDS} to {MAX_LOG_ROUNDS}, each doubles the time.": (
                MIN_LOG_ROUNDS <= self.BCRYPT_LOG_ROUNDS <= MAX_LOG_ROUNDS
            ),
            "TOKEN_EXPIRE_HOURS, _MINUTES and _SECONDS must add up to more than 0 and at most a year.": (
                0 < lifetime <= MAX_LIFE_SECONDS
            ),
            "REALM_REGULAR_USERS and REALM_ADMIN_USERS must be printable ASCII without quotes.": (
                _is_quotable(self.REALM_REGULAR_USERS) and _is_quotable(self.REALM_ADMIN_USERS)
            ),
            "TZ must be a time zone of less than 24 hours from UTC.": (
                max(abs(time.timezone), abs(time.altzone)) < DAY_SECONDS
            ),
            "TZ must be a time zone that this system has, such as Europe/Berlin, or one in POSIX's form.": (
                is_time_zone(os.getenv("TZ", ""))
            ),
            "MAX_CONTENT_LENGTH must be at least 1 byte: with 0 every body would be refused.": (
                self.MAX_CONTENT_LENGTH > 0
            ),
            "SECRET_KEY and SECRET_KEY_FALLBACKS must be random text, and no PEM, JWK or SSH keys.": (
                all(map(can_sign, (self.SECRET_KEY, *self.SECRET_KEY_FALLBACKS)))
            ),
            f"MIN_PASSWORD_LENGTH must be 1 to {MAX_PASSWORD_LENGTH}.": (
                1 <= self.MIN_PASSWORD_LENGTH <= MAX_PASSWORD_LENGTH
            ),
            f"RATELIMIT_STORAGE_URI must be a URL of {', '.join(STORAGES)}.": (
                is_storage(self.RATELIMIT_STORAGE_URI)
            ),
            f"LOG_FORMAT must be one of {', '.join(LOG_FORMATS)}.": self.LOG_FORMAT in LOG_FORMATS,
            f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}.": self.LOG_LEVEL in LOG_LEVELS,
        } | {
            f"{name} must be a number per time, such as 10 per 15 minutes.": is_limit(getattr(self, name))
            for name in LIMITS
        }
        yield from (message for message, holds in rules.items() if not holds)

    def _read(self, name: str, text: str) -> str | bool | int | tuple[str, ...]:
        """Return what *text* means for the setting *name*, which has the type of its default."""
        default = getattr(self, name)
        if any("\ud800" <= character <= "\udfff" for character in text):  # which Python makes of other bytes
            raise ConfigurationError(f"{name} must be text in UTF-8.")
        if isinstance(default, tuple):
            return tuple(item.strip() for item in text.split(",") if item.strip())
        if isinstance(default, str):
            return text
        if isinstance(default, bool):
            if text.lower() not in TRUE + FALSE:
                raise ConfigurationError(f"{name} must be true or false, not {text!r}.")
            return text.lower() in TRUE
        if not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS):
            raise ConfigurationError(f"{name} must be a whole number, not {text!r}.")
        return int(text)

    def _keeps_database_in_instance(self) -> bool:
        url = self.SQLALCHEMY_DATABASE_URI
        return url in (SQLITE_DEV, SQLITE_TEST, SQLITE_PROD) or is_relative_sqlite_url(url)

    def given_database_url(self, environ: Mapping[str, str]) -> str:
        """Return the URL of the database as it was given."""
        return self.DATABASE_URL

    def default_secret_key(self) -> str:
        """Return the key that signs tokens where SECRET_KEY is not set."""
        _make_directory(INSTANCE)
        file = INSTANCE / f"{type(self).__name__.removesuffix('Config').lower()}.key"
        try:
            return kept_secret_key(file)
        # No right to write, no hard links, without which others might see half a key, or no key in the file.
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"SECRET_KEY is not set, and none can be kept: {error}.") from error


FROM_ENVIRONMENT = tuple(name for name in vars(Config) if name.isupper())


class TestingConfig(Config):
    """Short-lived tokens, cheap and simple passwords, no limits, a database of its own."""

    __test__ = False  # pytest takes a class for tests because of its name
    TESTING = True
    TRUSTED_HOSTS = (*Config.TRUSTED_HOSTS, "localhost.localdomain")  # as pytest-flask calls a live_server
    TOKEN_EXPIRE_SECONDS = 5
    BCRYPT_LOG_ROUNDS = 4
    CHECK_COMMON_PASSWORDS = False
    RATELIMIT_ENABLED = False

    def given_database_url(self, environ: Mapping[str, str]) -> str:
        """Return TEST_DATABASE_URL, so that no test ever touches DATABASE_URL."""
        return environ.get("TEST_DATABASE_URL") or SQLITE_TEST


class DevelopmentConfig(Config):
    """For one's own machine."""

    DATABASE_URL = SQLITE_DEV
    TOKEN_EXPIRE_MINUTES = 15
    BCRYPT_LOG_ROUNDS = 10


class ProductionConfig(Config):
    """For users.  It refuses to start without a SECRET_KEY of its own, and FLASK_DEBUG changes nothing."""

    DEBUG = False
    PROPAGATE_EXCEPTIONS = False
    TOKEN_EXPIRE_HOURS = 1
    LOG_FORMAT = "json"

    def problems(self) -> Iterator[str]:
        """Tell of each setting that is not fit for production."""
        if len(self.SECRET_KEY.encode()) < KEY_BYTES:
            yield (
                f"SECRET_KEY must be set to at least {KEY_BYTES} random bytes in production; "
                "make one with: python -c 'import secrets; print(secrets.token_hex(32))'"
            )
        if any(len(key.encode()) < KEY_BYTES for key in self.SECRET_KEY_FALLBACKS):
            yield f"SECRET_KEY_FALLBACKS must have at least {KEY_BYTES} bytes in each key in production."
        yield from super().problems()

    def default_secret_key(self) -> str:
        """Return no key: whoever deploys must choose one."""
        return ""


_CONFIGS = {"development": DevelopmentConfig, "testing": TestingConfig, "production": ProductionConfig}


def get_config(name: str) -> type[Config]:
    """Return the configuration class called *name*; any name that is not known means production."""
    return _CONFIGS.get(name, ProductionConfig)


def _make_directory(directory: Path) -> None:
    """Make *directory*, for its owner alone: for keys, and SQLite's files, that no setting puts elsewhere."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"SECRET_KEY or DATABASE_URL needs a place: {error}.") from error


_is_host_in_ascii = re.compile(r"[a-z0-9-]+([.][a-z0-9-]+)*[.]?(:[0-9]+)?", re.IGNORECASE).fullmatch
_is_origin = re.compile(r"[a-z][a-z0-9+.-]*://[a-z0-9.-]+(:[0-9]+)?", re.IGNORECASE).fullmatch  # RFC 6454


def _is_host(text: str) -> bool:
    """Tell whether Werkzeug can compare hosts with *text*, a name or, after a dot, the end of names.

    It fails, at each request, on one that IDNA cannot encode; of an IPv6 address it reads the bracket alone.
    """
    try:
        return bool(_is_host_in_ascii(text.removeprefix(".").encode("idna").decode()))
    except UnicodeError:
        return False


def _is_quotable(text: str) -> bool:
    """Tell whether *text* can stand in a quoted string of a header as it is (RFC 9110, 5.6.4)."""
    return text.isascii() and text.isprintable() and not set(text) & set('"\\')
