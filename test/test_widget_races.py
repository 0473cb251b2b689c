"""Widgets that take each other's names at the same moment."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app import db
from app.models import User
from test.test_races import at_once
from test.util import WIDGET, WIDGETS, widget


def test_widgets_that_take_each_others_names_do_not_wait_for_each_other(
    client_of: Callable[[User], FlaskClient], admin: User
):
    names = ["left", "right"]
    for name in names:
        client_of(admin).post(WIDGETS, data=widget(name=name))

    def swap(number: int) -> list[int]:
        old, new = names if number % 2 else reversed(names)
        client = client_of(admin)
        return [client.put(f"{WIDGETS}/{old}", data=widget(name=new)).status_code for _ in range(20)]

    found = {status for seen in at_once(swap) for status in seen}

    assert found == {HTTPStatus.CONFLICT}


def test_widgets_that_change_names_are_locked_in_one_order_whoever_asks(app: Flask, as_admin: FlaskClient):
    """Two that take each other's name would else wait for each other, until the database ends one."""
    with app.app_context():
        engine = db.engine
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    as_admin.post(WIDGETS, json=widget())
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    as_admin.put(WIDGET, json=widget(name="renamed"))
    event.remove(engine, "before_cursor_execute", note)

    lock, change = [statement for statement in statements if "UPDATE" in statement]
    assert lock.count("lower(widget.name)") == 2
    assert lock.endswith("ORDER BY widget.id FOR UPDATE")
    assert change.startswith("UPDATE widget ")
