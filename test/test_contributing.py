"""CONTRIBUTING.md tells the truth: its second resource is added to a copy of this project and run there."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# The tests of what all resources have in common, as far as they take seconds.
GENERAL = [
    "test/test_architecture.py",
    "test/test_documents.py",
    "test/test_headers.py",
    "test/test_links.py",
    "test/test_listing.py",
    "test/test_migrations.py::test_migrations_make_what_the_models_want",
    "test/test_openapi.py",
    "test/test_postman.py",
    "test/test_recorder.py::test_difference_between_document_and_answer_is_named",
    "test/test_routing.py",
    "test/test_serializer.py",
    "test/test_gadgets.py",
]
BESIDE_WIDGETS = ["test/test_fuzzing.py", "test/test_readme.py::test_every_endpoint_is_in_the_table"]
# Of files that take long, the tests that name the sample.
IN_PART = {
    "test_config.py": ["::test_realm_is_a_setting"],
    "test_migrations.py": [
        "::test_migrations_make_what_the_models_want",
        "::test_every_constraint_and_index_has_a_name",
    ],
    "test_recorder.py": ["::test_difference_between_document_and_answer_is_named"],
    "test_server.py": [
        "::test_it_serves_the_whole_way_of_a_user",
        "::test_admin_made_by_the_command_line_creates_a_gadget",
    ],
    "test_start.py": ["::test_server_on_sqlite_loads_neither_alembic_nor_psycopg"],
}
# A plugin: of a test with many parameters, SQLite gets a few from among them.
FEW = """
import re


def pytest_collection_modifyitems(items):
    tests = {}
    for item in items:
        if not re.search(r"\\[postgresql[-\\]]", item.nodeid):
            tests.setdefault(item.function, []).append(item)
    items[:] = [item for cases in tests.values() for item in cases[:: -(-len(cases) // 5)]]
"""
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text()
SECOND_RESOURCE, IN_PLACE = re.split("\n## A second resource\n|\n## In place of widgets\n", CONTRIBUTING)[1:]
NEW_FILES = dict(re.findall(r"^`(\S+)`:\n\n```python\n(.*?)^```$", SECOND_RESOURCE, re.M | re.S))
(DIFF,) = re.findall(r"^```diff\n(.*?)^```$", SECOND_RESOURCE, re.M | re.S)
(COMMANDS,) = re.findall(r"^```console\n(.*?)^```$", IN_PLACE, re.M | re.S)
(SAMPLE,) = re.findall(r"^```python\n(.*?)^```$", IN_PLACE, re.M | re.S)
(DROP,) = re.findall(r"`(op\.drop_table.*?)`", IN_PLACE)
LEFT = re.findall(r"`(test_\w+)`", IN_PLACE)
COPIED = ("app", "bench", "deploy", "docs", "migrations", *(path.name for path in ROOT.glob("test*")))


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


def copy_to(tree: Path) -> None:
    """Copy this project, as long as there is no other resource in it."""
    if {file.parent.name for file in (ROOT / "app/api").glob("*/endpoints.py")} != {"auth", "widgets"}:
        pytest.skip("a resource of one's own is the better example than the one in CONTRIBUTING.md")
    for name in COPIED:
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    for file in ROOT.iterdir():
        if file.is_file():
            shutil.copy(file, tree)


def add_second_resource(tree: Path) -> None:
    """Add the files to *tree*, and change the lines, that CONTRIBUTING.md shows."""
    for name, text in NEW_FILES.items():
        assert not (tree / name).exists(), f"{name} is there already"
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_text(text)
    for name, lines in hunks():
        apply(tree, name, lines)


def put_in_place_of_widgets(tree: Path) -> None:
    """Do in *tree* what CONTRIBUTING.md says further."""
    shell = "".join(line[2:] for line in COMMANDS.splitlines(keepends=True) if ".venv" not in line)
    subprocess.run(["bash", "-euc", shell], cwd=tree, check=True)
    helpers = tree / "test/util.py"
    before, after = re.split(r"^def gadget\(.*^(?=class )", helpers.read_text(), flags=re.M | re.S)
    helpers.write_text(f"{before}{SAMPLE}\n\n{after}")
    (migration,) = tree.glob("migrations/versions/*_gadgets.py")
    upgrade, index, rest = migration.read_text().partition("    op.create_index")
    migration.write_text(f"{upgrade}    {DROP}\n{index}{rest}")
    assert run(tree, "ruff", "check", "--fix").returncode == 0


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this project with the second resource."""
    tree = tmp_path_factory.mktemp("branch")
    copy_to(tree)
    add_second_resource(tree)
    return tree


@pytest.fixture(scope="module")
def without_widgets(branch: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this project with the second resource in place of the first."""
    if not shutil.which("perl"):
        pytest.skip("perl is needed")
    tree = tmp_path_factory.mktemp("without") / "widgets"
    shutil.copytree(branch, tree)
    put_in_place_of_widgets(tree)
    (tree / "few.py").write_text(FEW)
    return tree


def run(branch: Path, *module_and_arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a Python module in the branch; where CI is set, leaving a database out would be a failure."""
    environ = {name: value for name, value in os.environ.items() if name != "CI"}
    command = [sys.executable, "-m", *module_and_arguments]
    return subprocess.run(command, cwd=branch, env=environ, capture_output=True, text=True, check=False)


def test_second_resource_passes_its_tests_and_the_houses(branch: Path):
    done = run(branch, "pytest", "--quiet", "--database", "sqlite", *GENERAL, *BESIDE_WIDGETS)

    assert done.returncode == 0, done.stdout + done.stderr


def changed_tests(tree: Path) -> Iterator[str]:
    """Yield the files of tests that name the sample of *tree* instead of widgets, or such tests of them."""
    for file in sorted((tree / "test").glob("test_*.py")):
        of_widgets = ROOT / "test" / file.name
        if not of_widgets.exists() or file.read_text() != of_widgets.read_text():
            yield from (f"test/{file.name}{name}" for name in IN_PART.get(file.name, [""]))


def test_second_resource_may_take_the_place_of_the_first_but_for_the_tests_that_are_named(
    without_widgets: Path,
):
    left = [f"--deselect=test/test_readme.py::{name}" for name in LEFT]
    tests = [*changed_tests(without_widgets), "test/test_architecture.py", "test/test_serializer.py"]

    done = run(without_widgets, "pytest", "-p", "few", "--quiet", "--database", "sqlite", *left, *tests)

    assert len(LEFT) == 2
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_test_loads_without_widgets(without_widgets: Path):
    done = run(without_widgets, "pytest", "--quiet", "--collect-only", "test")

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("check", [("check",), ("format", "--check")])
def test_second_resource_is_written_as_lint_wants(branch: Path, check: tuple[str, ...]):
    files = {*NEW_FILES, *(name for name, _ in hunks() if name.endswith(".py"))}

    done = run(branch, "ruff", *check, *files)

    assert done.returncode == 0, done.stdout + done.stderr
