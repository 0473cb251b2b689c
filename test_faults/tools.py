"""The hooks of suites that want more than Python: without it a test is skipped, loudly, and CI fails."""

import os

import pytest

from app.config import FROM_ENVIRONMENT
from test_faults.processes import find_tool

MISSING = pytest.StashKey[set[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[MISSING] = set()
    for name in FROM_ENVIRONMENT:
        os.environ.pop(name, None)  # the tests set what they want
    os.environ["TZ"] = "UTC"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for name in sorted(config.stash[MISSING]):
        terminalreporter.section(f"NOT TESTED: THERE IS NO {name.upper()}", sep="!", red=True, bold=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.config.stash[MISSING] and os.getenv("CI"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def want(config: pytest.Config, *tools: str) -> None:
    """Skip where one of *tools* is missing, and say so loudly in the end."""
    missing = {tool for tool in tools if not find_tool(tool)}
    config.stash[MISSING] |= missing
    if missing:
        pytest.skip(f"there is no {', '.join(sorted(missing))}")
