"""CONTRIBUTING.md tells the truth: its second resource is added to a copy of this project and run there."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from test.test_architecture import MAY_IMPORT

ROOT = Path(__file__).parent.parent
# The tests of what all resources have in common, as far as they take seconds.
GENERAL = [
    "test/test_architecture.py",
    "test/test_documents.py",
    "test/test_fuzzing.py",
    "test/test_headers.py",
    "test/test_links.py",
    "test/test_listing.py",
    "test/test_migrations.py::test_migrations_make_what_the_models_want",
    "test/test_openapi.py",
    "test/test_postman.py",
    "test/test_readme.py::test_every_endpoint_is_in_the_table",
    "test/test_recorder.py",
    "test/test_routing.py",
    "test/test_serializer.py",
]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
SECOND_RESOURCE = CONTRIBUTING.split("\n## A second resource\n")[1]
NEW_FILES = dict(re.findall(r"^`(\S+)`:\n\n```python\n(.*?)^```$", SECOND_RESOURCE, re.M | re.S))
(DIFF,) = re.findall(r"^```diff\n(.*?)^```$", SECOND_RESOURCE, re.M | re.S)


def hunks() -> Iterator[tuple[str, list[str]]]:
    """Yield the changed places: the file's name, and the lines as they stand in the diff."""
    for part in re.split(r"^--- a/", DIFF, flags=re.M)[1:]:
        names, *places = re.split(r"^@@.*\n", part, flags=re.M)
        for place in places:
            yield names.splitlines()[0], place.splitlines(keepends=True)


def apply(tree: Path, name: str, lines: list[str]) -> None:
    """Change one place of a file of *tree*; an empty line stands for itself."""
    old = "".join(line[1:] or line for line in lines if line[0] != "+")
    new = "".join(line[1:] or line for line in lines if line[0] != "-")
    text = (tree / name).read_text()
    assert text.count(old) == 1, f"CONTRIBUTING.md changes a place that {name} does not have:\n{old}"
    (tree / name).write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this project with the second resource, as long as there is no other one."""
    if {file.parent.name for file in (ROOT / "app/api").glob("*/endpoints.py")} != {"auth", "widgets"}:
        pytest.skip("a resource of one's own is the better example than the one in CONTRIBUTING.md")
    tree = tmp_path_factory.mktemp("branch")
    for name in ("app", "migrations", "test"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ROOT.iterdir():
        if file.is_file():
            shutil.copy(file, tree)
    for name, text in NEW_FILES.items():
        assert not (tree / name).exists(), f"{name} is there already"
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_text(text)
    for name, lines in hunks():
        apply(tree, name, lines)
    return tree


def run(branch: Path, *module_and_arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a Python module in the branch; where CI is set, leaving a database out would be a failure."""
    environ = {name: value for name, value in os.environ.items() if name != "CI"}
    command = [sys.executable, "-m", *module_and_arguments]
    return subprocess.run(command, cwd=branch, env=environ, capture_output=True, text=True, check=False)


def test_table_of_rooms_is_the_one_that_the_code_is_held_to():
    rooms = CONTRIBUTING.split("\n## Rooms\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in row] for row in re.findall(r"^\|(.*)\|(.*)\|(.*)\|$", rooms, re.M)[2:]]

    assert {room: set(filter(None, known.split(", "))) for room, _, known in rows} == MAY_IMPORT


def test_stat_counts_the_lines_that_are_printed():
    signs = {name: "+" * text.count("\n") for name, text in NEW_FILES.items()}
    for name, lines in hunks():
        signs[name] = signs.get(name, "") + "".join(line[0] for line in lines if line[0] in "+-")

    rows = re.findall(r"^ (\S+) +\| +(\d+) [+-]+$", SECOND_RESOURCE, re.M)
    totals = re.findall(r"^ (\d+) files.*, (\d+) insertions.*, (\d+) deletions?", SECOND_RESOURCE, re.M)
    assert {name: int(number) for name, number in rows} == {name: len(sign) for name, sign in signs.items()}
    every = "".join(signs.values())
    assert totals == [(str(len(signs)), str(every.count("+")), str(every.count("-")))]


def test_second_resource_passes_its_tests_and_the_houses(branch: Path):
    tests = [name for name in NEW_FILES if name.startswith("test/")]

    done = run(branch, "pytest", "--quiet", "--database", "sqlite", *tests, *GENERAL)

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(tests) == 1


@pytest.mark.parametrize("check", [("check",), ("format", "--check")])
def test_second_resource_is_written_as_lint_wants(branch: Path, check: tuple[str, ...]):
    files = {*NEW_FILES, *(name for name, _ in hunks() if name.endswith(".py"))}

    done = run(branch, "ruff", *check, *files)

    assert done.returncode == 0, done.stdout + done.stderr
