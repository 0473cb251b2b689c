"""What an installer reads: pyproject.toml, setup.py and the requirements that they name."""

import runpy
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from packaging.requirements import Requirement

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


def test_dev_extra_names_the_tools_and_no_file(given_to_setup: dict[str, Any]):
    names = {Requirement(line).name for line in given_to_setup["extras_require"]["dev"]}

    assert {"pytest", "ruff", "mypy"} <= names
    assert "Flask" not in names
    assert set(PROJECT["project"]["dynamic"]) == {"dependencies", "optional-dependencies"}


def test_every_module_at_the_top_is_packed():
    modules = {file.stem for file in ROOT.glob("*.py")} - {"setup"}

    assert set(PROJECT["tool"]["setuptools"]["py-modules"]) == modules
