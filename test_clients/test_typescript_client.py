"""The TypeScript client: what the compiler lets through does all that the API does."""

import shutil
from pathlib import Path

import pytest

from test.util import ADMIN_EMAIL, PASSWORD
from test_clients.recipes import Workshop

PROGRAM = Path(__file__).with_name("client.ts")
TESTS = PROGRAM.read_text().count('\ntest("')
TYPES_OF_NODE = "npm install @types/node@20"  # PROGRAM is a test; a program of README's reader may do without


@pytest.fixture(scope="session")
def compiled(node: None, workshop: Workshop) -> Workshop:
    """The workshop where the recipe has compiled PROGRAM."""
    shutil.copy(PROGRAM, workshop.directory)
    workshop.run(TYPES_OF_NODE)
    workshop.make("TypeScript")
    return workshop


def test_program_that_the_compiler_took_does_all_that_the_api_does(compiled: Workshop):
    account = f"ADMIN_EMAIL={ADMIN_EMAIL} PASSWORD={PASSWORD}"

    printed = compiled.run(f"{account} node --test --test-reporter=tap client.js")

    assert f"# pass {TESTS}\n" in printed, printed
    assert "# fail 0\n" in printed, printed
