"""The documents and the server agree, as far as a short run of Schemathesis can tell."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from http import HTTPStatus
from threading import Thread
from typing import Any
from unittest.mock import Mock

import pytest
from flask import Flask
from requests import Request
from schemathesis.core.failures import AcceptedNegativeData
from werkzeug.serving import make_server

from app.models import User
from app.models.user import token_signer
from test.fuzzing import CHANGES, DOCUMENTS, PHASES, explore, is_failure

SHORT = PHASES - {"coverage"}  # its cases take long to make: make test-api has them


@pytest.fixture
def api_url(app: Flask) -> Iterator[str]:
    """The URL of the API of a server in this process."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/api/v1"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def admin_token(app: Flask, admin: User) -> Callable[[], str]:
    """A function that returns a new token of an administrator."""

    def token() -> str:
        with app.app_context():
            return token_signer().encode(public_id=admin.public_id, admin=True, lifetime=timedelta(hours=1))

    return token


@pytest.mark.parametrize("document", DOCUMENTS)
def test_server_does_what_the_document_says(api_url: str, admin_token: Callable[[], str], document: str):
    findings = explore(f"{api_url}/{document}", token=admin_token, max_examples=5, phases=SHORT)

    assert not findings.failures, "\n\n".join(findings.failures)
    assert findings.phases >= SHORT
    assert findings.answers.keys() >= CHANGES


@pytest.mark.parametrize(("fields", "is_fine"), [({"email": []}, True), ({"email": "x"}, False)])
def test_only_a_form_without_a_length_may_be_refused_for_it(fields: dict[str, Any], is_fine: bool):
    request = Request("POST", "http://127.0.0.1/", data=fields).prepare()
    response = Mock(status_code=HTTPStatus.LENGTH_REQUIRED, request=request)
    failure = AcceptedNegativeData(
        operation="POST /", message="", status_code=response.status_code, expected_statuses=["400"]
    )
    case = Mock(**{"operation.schema.raw_schema": {"openapi": "3.1.0"}})

    assert is_failure(None, failure, case, response) != is_fine
