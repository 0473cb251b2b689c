"""Settings: where they come from, what they are, and when they keep the application from starting."""

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

import settings_file
from app import config, create_app
from app.config import (
    ConfigurationError,
    DevelopmentConfig,
    ProductionConfig,
    TestingConfig,
    get_config,
)
from app.util.secret_key import kept_secret_key
from test.server import free_port

ROOT = Path(__file__).parent.parent
KEY = "k" * 32
ZONEINFO = Path(os.getenv("TZDIR", "/usr/share/zoneinfo"))


def copy_of_the_application(directory: Path) -> None:
    """Copy what a fresh checkout needs to run, without the settings and the data of this one."""
    for module in ("run.py", "serve.py", "workers.py", "settings_file.py"):
        shutil.copy(ROOT / module, directory)
    for part in ("app", "migrations"):
        shutil.copytree(ROOT / part, directory / part)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Hide what the environment says, and let nothing be kept in the checkout."""
    for name in (*config.FROM_ENVIRONMENT, "TEST_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(config, "INSTANCE", tmp_path)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("development", DevelopmentConfig),
        ("testing", TestingConfig),
        ("production", ProductionConfig),
        ("staging", ProductionConfig),
        ("", ProductionConfig),
    ],
)
def test_name_chooses_the_class_and_any_other_means_production(name: str, expected: type):
    assert get_config(name) is expected


def test_development_has_sqlite_and_tokens_of_fifteen_minutes():
    app = create_app("development")

    assert not app.config["TESTING"]
    assert app.config["SQLALCHEMY_DATABASE_URI"] == config.SQLITE_DEV
    assert (app.config["TOKEN_EXPIRE_HOURS"], app.config["TOKEN_EXPIRE_MINUTES"]) == (0, 15)


def test_testing_has_a_database_of_its_own(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://precious/data")

    app = create_app("testing")

    assert app.config["TESTING"]
    assert app.config["SQLALCHEMY_DATABASE_URI"] == config.SQLITE_TEST
    assert (app.config["TOKEN_EXPIRE_HOURS"], app.config["TOKEN_EXPIRE_MINUTES"]) == (0, 0)


def test_production_has_sqlite_and_tokens_of_an_hour(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SECRET_KEY", KEY)

    app = create_app("production")

    assert not app.config["TESTING"]
    assert not app.debug
    assert app.config["SECRET_KEY"] == KEY
    assert app.config["SQLALCHEMY_DATABASE_URI"] == config.SQLITE_PROD
    assert (app.config["TOKEN_EXPIRE_HOURS"], app.config["TOKEN_EXPIRE_MINUTES"]) == (1, 0)


@pytest.mark.parametrize("debug", [None, "0", "1", "true"])
def test_production_has_no_debugger_and_shows_no_trace(monkeypatch: pytest.MonkeyPatch, debug: str | None):
    monkeypatch.setenv("SECRET_KEY", KEY)
    if debug is not None:
        monkeypatch.setenv("FLASK_DEBUG", debug)

    app = create_app("production")

    assert app.debug is app.testing is app.config["PROPAGATE_EXCEPTIONS"] is False


@pytest.mark.parametrize(("name", "debug"), [("production", "False"), ("development", "True")])
def test_flask_command_debugs_in_development_only(tmp_path: Path, name: str, debug: str):
    copy_of_the_application(tmp_path)
    environ = {"PATH": os.environ["PATH"], "FLASK_APP": "run.py", "FLASK_ENV": name, "SECRET_KEY": KEY}
    code = "from flask.helpers import get_debug_flag as flag; print(app.debug, flag())"

    done = subprocess.run(
        [sys.executable, "-m", "flask", "--debug", "shell"],
        input=code,
        cwd=tmp_path,
        env=environ | {"FLASK_DEBUG": "1"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert f"{debug} {debug}" in done.stdout


@pytest.mark.parametrize("key", [None, "", "short", "k" * 31, " " * 40])
def test_production_refuses_to_start_without_a_proper_key(monkeypatch: pytest.MonkeyPatch, key: str | None):
    if key is not None:
        monkeypatch.setenv("SECRET_KEY", key)

    with pytest.raises(ConfigurationError, match="SECRET_KEY must be set to at least 32 random bytes"):
        create_app("production")


@pytest.mark.parametrize("keys", ["short", f"{KEY},short", f"{KEY},{'k' * 31}"])
def test_production_refuses_to_start_with_a_weak_key_of_earlier_days(
    monkeypatch: pytest.MonkeyPatch, keys: str
):
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.setenv("SECRET_KEY_FALLBACKS", keys)

    with pytest.raises(ConfigurationError, match="SECRET_KEY_FALLBACKS must have at least 32") as refused:
        create_app("production")

    assert "short" not in str(refused.value)


@pytest.mark.parametrize("command", [["run.py"], ["serve.py"], ["-m", "flask", "db", "upgrade"]])
def test_refusal_to_start_is_one_line(command: list[str]):
    environ = {
        "FLASK_ENV": "production",
        "PATH": os.environ["PATH"],
        "FLASK_APP": "run.py",
        "PORT": str(free_port()),
    }

    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=environ, capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("Error: SECRET_KEY must be set")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "setting",
    ["HOST=localhost", "PORT=70000", "PORT=x", "WORKERS=0", "THREADS=10", "BODY_SECONDS=x", "DATABASE_URL=x"],
)
def test_server_refuses_a_bad_setting_in_one_line(tmp_path: Path, setting: str):
    name, _, value = setting.partition("=")
    environ = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": KEY,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'a.sqlite'}",
        "PORT": str(free_port()),
    }

    done = subprocess.run(
        [sys.executable, "serve.py"], cwd=ROOT, env=environ | {name: value}, capture_output=True, text=True
    )

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"Error: {name}")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("name", ["development", "testing"])
def test_key_is_random_and_outlives_a_restart(name: str, tmp_path: Path):
    first, second = create_app(name).config["SECRET_KEY"], create_app(name).config["SECRET_KEY"]

    assert first == second
    assert len(first) == 64
    (file,) = tmp_path.glob("*.key")
    assert file.stat().st_mode & 0o077 == 0


def test_development_and_testing_do_not_share_a_key():
    assert create_app("development").config["SECRET_KEY"] != create_app("testing").config["SECRET_KEY"]


def test_processes_that_make_the_key_at_once_agree(tmp_path: Path):
    code = "import sys; from pathlib import Path; from app.util.secret_key import *; "
    code += "print(kept_secret_key(Path(sys.argv[1])))"
    command = [sys.executable, "-c", code, str(tmp_path / "at-once.key")]
    processes = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(6)]

    keys = {process.communicate()[0].strip() for process in processes}

    assert keys == {kept_secret_key(tmp_path / "at-once.key")}


def test_key_that_cannot_be_kept_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").touch()
    monkeypatch.setattr(config, "INSTANCE", tmp_path / "file")

    with pytest.raises(ConfigurationError, match="SECRET_KEY or DATABASE_URL needs a place"):
        create_app("development")


@pytest.mark.parametrize("url", ["sqlite:///a.sqlite", "sqlite:///in/a.sqlite", "sqlite:///file:a?uri=true"])
def test_place_where_no_database_can_be_kept_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
):
    (tmp_path / "file").touch()
    monkeypatch.setattr(config, "INSTANCE", tmp_path / "file")
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.setenv("DATABASE_URL", url)

    with pytest.raises(ConfigurationError, match="SECRET_KEY or DATABASE_URL needs a place"):
        create_app("production")


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "sqlite:////nowhere/a", "postgresql://host/name"]
)
def test_database_that_is_elsewhere_needs_no_place_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
):
    monkeypatch.setattr(config, "INSTANCE", tmp_path / "none")
    monkeypatch.setenv("SECRET_KEY", KEY)
    monkeypatch.setenv("DATABASE_URL", url)

    create_app("production")

    assert not (tmp_path / "none").exists()


def test_heroku_style_url_means_postgresql(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://user@host/name")

    uri = create_app("development").config["SQLALCHEMY_DATABASE_URI"]

    assert uri == "postgresql://user@host/name"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("TOKEN_EXPIRE_MINUTES", "45", 45),
        ("BCRYPT_LOG_ROUNDS", "5", 5),
        ("REALM_REGULAR_USERS", "users@example.com", "users@example.com"),
        ("TRUSTED_HOSTS", "a.example, b.example", ("a.example", "b.example")),
        ("TRUSTED_HOSTS", "API.example", ("api.example",)),
        ("TRUSTED_HOSTS", ".a.example, b-1:8000, 10.0.0.7", (".a.example", "b-1:8000", "10.0.0.7")),
        ("TRUSTED_HOSTS", "b\u00fccher.example", ("b\u00fccher.example",)),
        ("TRUSTED_HOSTS", "*", ()),
        ("CORS_ORIGINS", "*", ("*",)),
        (
            "CORS_ORIGINS",
            "https://a.example,http://localhost:3000",
            ("https://a.example", "http://localhost:3000"),
        ),
        ("SECRET_KEY_FALLBACKS", "one, two,", ("one", "two")),
        ("MAX_CONTENT_LENGTH", "1000", 1000),
        ("RATELIMIT_ENABLED", "false", False),
        ("RATELIMIT_ENABLED", "Off", False),
        ("RATELIMIT_ENABLED", "1", True),
        ("CHECK_COMMON_PASSWORDS", "no", False),
        ("RATELIMIT_STORAGE_URI", "redis://:secret@127.0.0.1:6379/1", "redis://:secret@127.0.0.1:6379/1"),
        ("RATELIMIT_LOGIN", "5 per 10 minutes", "5 per 10 minutes"),
        ("RATELIMIT_LOGIN", "5/year", "5/year"),
        ("LOG_FORMAT", "json", "json"),
        ("LOG_LEVEL", "ERROR", "ERROR"),
        ("DATABASE_URL", "", None),
        ("DATABASE_URL", *["postgresql://host:65535/name?sslmode=verify-full"] * 2),
        ("DATABASE_URL", *["postgresql:///name?host=a:5432&host=b:1&sslmode=disable"] * 2),
        ("DATABASE_URL", *["postgresql:///name?host=/run/postgresql"] * 2),
        ("DATABASE_URL", *["sqlite:////x/a.sqlite?timeout=5&check_same_thread=false"] * 2),
        ("DATABASE_URL", *["sqlite:///file:/x/a.sqlite?mode=ro&uri=true&timeout=5"] * 2),
    ],
)
def test_environment_goes_before_the_default(
    monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: Any
):
    default = getattr(DevelopmentConfig, name)
    monkeypatch.setenv(name, text)

    assert create_app("development").config[name] == (default if value is None else value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("TOKEN_EXPIRE_MINUTES", "soon"),
        ("TOKEN_EXPIRE_MINUTES", "-1"),
        ("TOKEN_EXPIRE_MINUTES", "0"),
        ("TOKEN_EXPIRE_HOURS", "9" * 30),
        ("BCRYPT_LOG_ROUNDS", "3"),
        ("BCRYPT_LOG_ROUNDS", "31"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "nosuchdatabase://host/name"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "loud"),
        ("REALM_ADMIN_USERS", 'quo"te'),
        ("RATELIMIT_ENABLED", "perhaps"),
        ("RATELIMIT_ENABLED", "2"),
        ("RATELIMIT_STORAGE_URI", "nonsense"),
        ("RATELIMIT_STORAGE_URI", "mysql://host"),
        ("RATELIMIT_STORAGE_URI", "redis://host:port"),
        ("RATELIMIT_STORAGE_URI", "redis://host?socket_timeout=abc"),
        ("RATELIMIT_STORAGE_URI", "redis+unix:///run/redis?nosuchoption=1"),
        ("RATELIMIT_LOGIN", "often"),
        ("RATELIMIT_LOGIN", "0 per minute"),
        ("RATELIMIT_LOGIN", "5 per 0 minutes"),
        ("RATELIMIT_LOGIN", "5/00minutes"),
        ("RATELIMIT_LOGIN", "5 per 2 years"),
        ("RATELIMIT_REGISTER", "5 per 99999999999 minutes"),
        ("RATELIMIT_REGISTER", "1 per second; 2 per minute"),
        ("MIN_PASSWORD_LENGTH", "0"),
        ("MIN_PASSWORD_LENGTH", "129"),
        ("REALM_REGULAR_USERS", "new\nline"),
        ("TOKEN_EXPIRE_MINUTES", "9" * 5000),
        ("TOKEN_ISSUER", "x" * 101),
        ("TOKEN_ISSUER", "né"),
        ("MAX_CONTENT_LENGTH", "0"),
        ("SECRET_KEY", "\udcff" * 40),
        ("SECRET_KEY", "-----BEGIN PRIVATE KEY-----\nMC4CAQAw\n-----END PRIVATE KEY-----\n"),
        ("SECRET_KEY", '{"kty": "oct", "k": "bm8gdGV4dCBvZiBvdXJzLCBidXQgYSBKV0s"}'),
        ("SECRET_KEY_FALLBACKS", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHR5cGVkIGJ5IG5vYm9keQ"),
        ("SECRET_KEY_FALLBACKS", "\udcff" * 40),
        ("DATABASE_URL", "mysql://host/name"),
        ("DATABASE_URL", "oracle://host/name"),
        ("DATABASE_URL", "postgresql+psycopg2://host/name"),
        ("DATABASE_URL", "postgresql+asyncpg://host/name"),
        ("DATABASE_URL", "postgresql+psycopg_async://host/name"),
        ("DATABASE_URL", "postgresql://host/name?connect_timeout=abc"),
        ("DATABASE_URL", "postgresql://host/name?schema=public"),
        ("DATABASE_URL", "postgresql://host:0/name"),
        ("DATABASE_URL", "postgresql://host:65536/name"),
        ("DATABASE_URL", "postgresql://host/name?port=0"),
        ("DATABASE_URL", "postgresql://host/name?port=x"),
        ("DATABASE_URL", "postgresql://host/name?host=a:5432&host=b:65536"),
        ("DATABASE_URL", "postgresql://host/name?sslmode=required"),
        ("DATABASE_URL", "sqlite+aiosqlite:///x.db"),
        ("DATABASE_URL", "sqlite:///x.db?timeout=abc"),
        ("DATABASE_URL", "sqlite:///x.db?timeout=1&timeout=2"),
        ("DATABASE_URL", "sqlite:////x/a.sqlite?foo=bar"),
        ("DATABASE_URL", "sqlite:////x/a.sqlite?check_same_thread=true"),
        ("DATABASE_URL", "sqlite:////x/a.sqlite?detect_types=99999999999999999999"),
        ("DATABASE_URL", "sqlite:////x/a.sqlite?isolation_level=EXCLUSIVE"),
        ("DATABASE_URL", "sqlite:////x/a.sqlite?mode=ro"),
        ("DATABASE_URL", "sqlite:////x/a.sqlite?mode=ro&uri=true"),
        ("DATABASE_URL", "sqlite:///file:/x/a.sqlite?mode=ro&uri=false"),
        ("DATABASE_URL", "sqlite:///file:/x/a.sqlite?mode=ro&uri=perhaps"),
        ("DATABASE_URL", "sqlite:///file:/x/a.sqlite?foo=bar&uri=true"),
        ("TRUSTED_HOSTS", ","),
        ("TRUSTED_HOSTS", "api.example, a..example"),
        ("TRUSTED_HOSTS", "..example"),
        ("TRUSTED_HOSTS", f"{'x' * 64}.example"),
        ("TRUSTED_HOSTS", "."),
        ("TRUSTED_HOSTS", "*.example"),
        ("TRUSTED_HOSTS", "https://api.example"),
        ("TRUSTED_HOSTS", "api.example/"),
        ("TRUSTED_HOSTS", "api_1"),
        ("TRUSTED_HOSTS", "[::1]"),
        ("CORS_ORIGINS", "https://*.example.com"),
        ("CORS_ORIGINS", "*.example.com"),
        ("CORS_ORIGINS", "https://.*[.]example.com"),
        ("CORS_ORIGINS", "https://www.example.com/"),
        ("CORS_ORIGINS", "("),
        ("CORS_ORIGINS", ","),
    ],
)
def test_bad_setting_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, text: str):
    monkeypatch.setenv(name, text)

    with pytest.raises(ConfigurationError, match=name.split("_")[0]) as refused:
        create_app("development")

    assert "\n" not in str(refused.value)


TOO_FAR = ("XXX24", "XXX-30", "AAA3BBB-24,0/0,J365/25")
MISSPELT = (
    "Europe/Berlinn",
    ":Europe/Berlinn",
    "bogus/Zone",
    "Europe",
    "XYZ",
    "EST5EDT,M3.2",
    "/nowhere/zone",
)


@pytest.mark.parametrize(
    ("zone", "reason"),
    [
        *((zone, "of less than 24 hours from UTC") for zone in TOO_FAR),
        *((zone, "that this system has") for zone in MISSPELT),
    ],
)
def test_time_zone_that_nobody_can_tell_is_refused(
    in_time_zone: Callable[[str], None], zone: str, reason: str
):
    in_time_zone(zone)

    with pytest.raises(ConfigurationError, match=f"TZ must be a time zone {reason}"):
        create_app("development")


@pytest.mark.parametrize(
    "zone",
    [
        "",
        "UTC",
        "UTC0",
        "Europe/Berlin",
        ":Europe/Berlin",
        "EST5EDT",
        "<+03>-3",
        "CET-1CEST,M3.5.0,M10.5.0/3",
        "<-0330>3:30:00<-0230>,J60/-1,300",
        str(ZONEINFO / "Asia" / "Tokyo"),
    ],
)
def test_time_zone_in_any_form_is_taken(in_time_zone: Callable[[str], None], zone: str):
    in_time_zone(zone)

    assert create_app("development")


def test_place_where_no_key_can_be_kept_is_told_in_words(monkeypatch: pytest.MonkeyPatch):
    def link(*_files: str) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")  # as on a file system of Windows

    monkeypatch.setattr(os, "link", link)

    with pytest.raises(ConfigurationError, match="SECRET_KEY is not set, and none can be kept: "):
        create_app("development")


@pytest.mark.parametrize("content", [b"", b"half a ke", b"\xff" * 64], ids=["empty", "cut", "no text"])
def test_file_that_has_no_key_is_told_in_words(content: bytes):
    file = config.INSTANCE / "development.key"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)

    with pytest.raises(ConfigurationError, match="SECRET_KEY is not set, and none can be kept: "):
        create_app("development")


@pytest.mark.parametrize(
    ("name", "guarded"), [("development", True), ("production", True), ("testing", False)]
)
def test_only_testing_has_no_limits_and_takes_common_passwords(
    monkeypatch: pytest.MonkeyPatch, name: str, guarded: bool
):
    monkeypatch.setenv("SECRET_KEY", KEY)

    settings = create_app(name).config

    assert settings["RATELIMIT_ENABLED"] is settings["CHECK_COMMON_PASSWORDS"] is guarded
    assert settings["MIN_PASSWORD_LENGTH"] == 8


def test_realm_is_a_setting(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("REALM_ADMIN_USERS", "admins@example.com")

    response = create_app("development").test_client().post("/api/v1/widgets")

    assert response.headers["WWW-Authenticate"] == 'Bearer realm="admins@example.com"'


def test_dotenv_is_read_and_the_environment_goes_before_it(tmp_path: Path):
    copy_of_the_application(tmp_path)
    (tmp_path / ".env").write_text(
        f"FLASK_ENV=production\nSECRET_KEY={KEY}\nTOKEN_ISSUER=from-dotenv\nPROXY_HOPS=1\n"
    )
    code = "import run; c = run.app.config; print(c['SECRET_KEY'], c['TOKEN_ISSUER'], c['PROXY_HOPS'])"
    environ = {"PATH": os.environ["PATH"], "PROXY_HOPS": "2"}

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environ, capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == [KEY, "from-dotenv", "2"]


@pytest.mark.parametrize("command", ["run.py", "serve.py"])
@pytest.mark.parametrize("content", [b"TOKEN_ISSUER=\xff", b"TOKEN_ISSUER=a\0b"], ids=["no text", "NUL"])
def test_dotenv_that_cannot_be_read_is_told_in_one_line(tmp_path: Path, command: str, content: bytes):
    copy_of_the_application(tmp_path)
    (tmp_path / ".env").write_bytes(content)
    environ = {"PATH": os.environ["PATH"], "SECRET_KEY": KEY}

    done = subprocess.run(
        [sys.executable, command], cwd=tmp_path, env=environ, capture_output=True, text=True
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: .env cannot be read: ")
    assert len(done.stderr.splitlines()) == 1


def test_dotenv_that_may_not_be_read_is_told(monkeypatch: pytest.MonkeyPatch):
    refused = PermissionError(errno.EACCES, "Permission denied", ".env")
    monkeypatch.setattr(settings_file, "load_dotenv", Mock(side_effect=refused))

    with pytest.raises(SystemExit, match=r"Error: \.env cannot be read: .*Permission denied"):
        settings_file.load_settings()


@pytest.mark.parametrize("name", ["development", "testing", "production"])
def test_fresh_checkout_with_a_key_has_somewhere_to_keep_its_database(tmp_path: Path, name: str):
    copy_of_the_application(tmp_path)
    environ = {"PATH": os.environ["PATH"], "FLASK_APP": "run.py", "FLASK_ENV": name, "SECRET_KEY": KEY}

    done = subprocess.run(
        [sys.executable, "-m", "flask", "db", "upgrade"], cwd=tmp_path, env=environ, capture_output=True
    )

    assert done.returncode == 0
    assert (tmp_path / "instance" / f"{name}.sqlite").exists()
    assert (tmp_path / "instance").stat().st_mode & 0o077 == 0  # passwords are in it


def test_checkout_may_be_in_a_directory_of_any_name(tmp_path: Path):
    checkout = tmp_path / "100%25 mine?x=@#'"
    checkout.mkdir()
    copy_of_the_application(checkout)
    environ = {"PATH": os.environ["PATH"], "FLASK_APP": "run.py", "FLASK_ENV": "development"}

    done = subprocess.run(
        [sys.executable, "-m", "flask", "db", "upgrade"], cwd=checkout, env=environ, capture_output=True
    )

    assert done.returncode == 0
    assert (checkout / "instance" / "development.sqlite").exists()


def test_no_key_ships_with_the_repository():
    assert "SECRET_KEY=" not in (ROOT / ".env").read_text()
