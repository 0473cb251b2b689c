"""README.md tells the truth: its session is typed into a running server, its tables are compared."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app import config
from test.databases import migrate

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
ADDRESS = "127.0.0.1:5000"
FLASK = ".venv/bin/flask"
MARK = "=-=-="

# What differs from run to run, and what stands for it.
VARYING = {
    r'"[0-9a-f]{8}-[0-9a-f]{32}"': "<tag>",
    r"eyJ[\w-]+\.[\w-]+\.[\w-]+": "<token>",
    r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}": "<uuid>",
    r"\d\d/\d\d/\d\d \d\d:\d\d:\d\d [AP]M [\w+-]+": "<local time>",
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00": "<iso time>",
    r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d -0000": "<rfc time>",
    r"(\d+ days?, )?\d\d:\d\d:\d\d": "<duration>",
}


def session() -> list[tuple[str, str]]:
    """Return the commands of the session and what README.md says that they print."""
    block = README.split("## A session")[1].split("```console\n")[1].split("```")[0]
    return [
        (command, "\n".join(printed).strip())
        for command, *printed in (part.splitlines() for part in re.split(r"^\$ ", block, flags=re.M)[1:])
    ]


def masked(text: str) -> str:
    for pattern, name in VARYING.items():
        text = re.sub(pattern, name, text)
    return text


@pytest.fixture
def server(app: Flask, tmp_path: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a development server, and the environment in which it and its commands run."""
    environ = {
        "FLASK_ENV": "development",
        "FLASK_APP": "run.py",
        "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
    }
    migrate(app)
    command = [sys.executable, "-u", "-m", "flask", "run", "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr
        running = (re.search(r"Running on http://(\S+)", line) for line in process.stderr)
        address = next(found.group(1) for found in running if found)
        yield address, environ
    finally:
        process.terminate()
        process.communicate()


@pytest.mark.skipif(not shutil.which("curl"), reason="no curl: the session of README.md is NOT tested")
def test_session_prints_what_readme_says(server: tuple[str, dict[str, str]]):
    address, environ = server
    script = "".join(f"{command}\necho; echo '{MARK}'\n" for command, _ in session())
    script = script.replace(ADDRESS, address).replace(FLASK, f"{sys.executable} -m flask")

    done = subprocess.run(
        ["sh", "-u"], input=script, cwd=ROOT, env=environ, capture_output=True, text=True, check=True
    )

    printed = [text.strip() for text in done.stdout.replace(address, ADDRESS).replace("\r", "").split(MARK)]
    for (command, expected), actual in zip(session(), printed, strict=False):
        assert masked(actual) == masked(expected), command
    assert len(printed) == len(session()) + 1
    assert done.stderr == ""


def table_after(heading: str) -> list[list[str]]:
    lines = README.split(f"## {heading}")[1].split("\n## ")[0].splitlines()
    rows = [line.strip("|").split("|") for line in lines if line.startswith("|")][2:]
    return [[cell.strip() for cell in row] for row in rows]


def test_every_setting_is_in_the_table():
    named = set(re.findall(r"`([A-Z_]+)`", " ".join(row[0] for row in table_after("Configuration"))))

    assert named == {
        *config.FROM_ENVIRONMENT,
        "TEST_DATABASE_URL",
        "HOST",
        "PORT",
        "WORKERS",
        "THREADS",
        "BODY_SECONDS",
    }


def test_every_endpoint_is_in_the_table(app: Flask):
    listed = {tuple(row[0].split()) for row in table_after("Endpoints")}
    routes = {
        (method, rule.rule.removeprefix("/api/v1").replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    # A resource that the table does not name, another one's own, is free to stay out of it.
    named = {path.split("/")[1] for _, path in listed}
    assert listed == {(method, path) for method, path in routes if path.split("/")[1] in named}
    assert {"auth", "widgets"} <= named


def test_every_dependency_is_in_the_table():
    listed = {name.strip().lower() for row in table_after("Dependencies") for name in row[0].split(",")}
    required = set()
    for file in (*ROOT.glob("requirements*.txt"), *ROOT.glob("test_*/requirements.txt")):
        for line in file.read_text().splitlines():
            if not line.startswith("-r"):
                name, bound = re.fullmatch(r"([\w-]+)(?:\[\w+\])?>=([\d.]+)", line).groups()
                required.add(name.lower())
                assert bound

    assert listed == required


def test_every_target_of_make_has_its_line():
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.M))
    phony = set(re.search(r"\.PHONY: (.*)", makefile).group(1).split())

    assert targets == phony
    assert {f"make {target}" for target in ("run", "serve", "test", "lint", "help")} <= set(
        re.findall(r"`(make \w+)`", README)
    )


def test_picture_is_there():
    assert (ROOT / "docs/swagger-ui.png").stat().st_size > 10_000
