"""Widgets that an operator wrote as nothing can be read."""

from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient

from test.databases import spoil
from test.util import WIDGET, WIDGETS, widget


@pytest.mark.parametrize("stored", ["'tomorrow'", "5", "x'00'"])
@pytest.mark.parametrize(("method", "path"), [("GET", WIDGETS), ("GET", WIDGET), ("PUT", WIDGET)])
def test_widget_that_cannot_be_read_is_told_as_a_broken_database_and_named_in_the_log(
    app: Flask, as_admin: FlaskClient, caplog: pytest.LogCaptureFixture, stored: str, method: str, path: str
):
    as_admin.post(WIDGETS, json=widget())
    spoil(app, "widget", "created_at", stored)

    response = as_admin.open(path, method=method, data=widget())

    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "no instant" in caplog.text
    assert method == "PUT" or "widget.created_at" in caplog.text
