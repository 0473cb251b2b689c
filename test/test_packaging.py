"""What an installer reads: pyproject.toml, setup.py and the requirements that they name."""

import ast
import runpy
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.fixture
def given_to_setup(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The arguments with which setup.py calls setuptools."""
    given: dict[str, Any] = {}
    monkeypatch.setitem(sys.modules, "setuptools", SimpleNamespace(setup=given.update))
    runpy.run_path(str(ROOT / "setup.py"))
    return given


def test_every_dependency_is_one_that_an_installer_can_read():
    files = PROJECT["tool"]["setuptools"]["dynamic"]["dependencies"]["file"]

    assert files == ["requirements.txt"]
    assert [Requirement(line).name for line in (ROOT / files[0]).read_text().splitlines()]


def served_files() -> Iterator[Path]:
    """Yield what runs where requirements.txt alone is installed."""
    yield from (ROOT / f"{name}.py" for name in PROJECT["tool"]["setuptools"]["py-modules"])
    for directory in ("app", "migrations"):
        yield from (ROOT / directory).rglob("*.py")


def imported_by(file: Path) -> Iterator[str]:
    """Yield the modules at the top of those that *file* imports, wherever in it."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module).partition(".")[0]


def test_whatever_is_imported_is_required_by_name():
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    required = {canonicalize_name(Requirement(line).name) for line in lines}
    files, distributions = list(served_files()), packages_distributions()
    own = {"app", *(file.stem for file in files)}
    modules = {module for file in files for module in imported_by(file)} - own - sys.stdlib_module_names

    unnamed = {
        module
        for module in modules
        if not required & set(map(canonicalize_name, distributions.get(module, [])))
    }

    assert {"flask", "jwt", "dateutil"} <= modules
    assert unnamed == set()


def test_dev_extra_names_the_tools_and_no_file(given_to_setup: dict[str, Any]):
    names = {Requirement(line).name for line in given_to_setup["extras_require"]["dev"]}

    assert {"pytest", "ruff", "mypy"} <= names
    assert "Flask" not in names
    assert set(PROJECT["project"]["dynamic"]) == {"dependencies", "optional-dependencies"}


def test_every_module_at_the_top_is_packed():
    modules = {file.stem for file in ROOT.glob("*.py")} - {"setup"}

    assert set(PROJECT["tool"]["setuptools"]["py-modules"]) == modules
