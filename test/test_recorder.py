"""What the recorder would find, if it were there."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from test.declared import declared_answers
from test.fuzzing import DOCUMENTS
from test.util import WIDGETS

ROOT = Path(__file__).parent.parent
BREAKS_ITS_WORD = """
import pytest
from app import create_app

{marker}
def test_new_path():
    app = create_app("testing")
    app.add_url_rule("/api/v1/new", view_func=dict)
    assert app.test_client().get("/api/v1/new").status_code == 200
"""


def run(tmp_path: Path, marker: str = "") -> subprocess.CompletedProcess[str]:
    """Run a test that passes, though the application does what no document says, with the recorder."""
    file = tmp_path / "test_new.py"
    file.write_text(BREAKS_ITS_WORD.format(marker=marker))
    command = [sys.executable, "-m", "pytest", "-p", "test.recorder", "-c", "pytest.ini", str(file)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_session_fails_that_has_seen_an_undeclared_answer(tmp_path: Path):
    done = run(tmp_path)

    assert "1 passed" in done.stdout
    assert "GET /api/v1/new 200: undeclared status, in " in done.stdout
    assert "::test_new_path" in done.stdout
    assert done.returncode == pytest.ExitCode.TESTS_FAILED


def test_session_passes_where_the_test_means_it(tmp_path: Path):
    done = run(tmp_path, '@pytest.mark.undeclared("it is meant")')

    assert done.returncode == pytest.ExitCode.OK, done.stdout


def page_of(document: dict) -> dict:
    return document["paths"]["/widgets"]["get"]["responses"]["200"]


def models_of(document: dict) -> dict:
    return document.get("definitions") or document["components"]["schemas"]


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda document: None, None),
        (lambda document: page_of(document)["headers"].pop("Link"), "undeclared header link"),
        (
            lambda document: page_of(document).pop("schema", page_of(document).pop("content", 0)),
            "undeclared body",
        ),
        (
            lambda document: models_of(document)["Widget"]["properties"].pop("link"),
            "body: Additional properties are not allowed ('link' was unexpected)",
        ),
        (
            lambda document: models_of(document)["Widget"]["required"].append("colour"),
            'body: "colour" is a required property',
        ),
        (
            lambda document: page_of(document)["headers"].update(Age=page_of(document)["headers"]["Link"]),
            "no header age",
        ),
    ],
)
def test_difference_between_document_and_answer_is_named(
    as_admin: FlaskClient,
    first_widget: dict,
    name: str,
    change: Callable[[dict], object],
    problem: str | None,
):
    document = as_admin.get(f"/api/v1/{name}").json
    change(document)
    response = as_admin.get(WIDGETS)

    answer = declared_answers(document)["/widgets", "get", "200"]
    found = list(answer.problems(dict(response.headers), response.get_data()))

    assert found == ([problem] if problem else [])
