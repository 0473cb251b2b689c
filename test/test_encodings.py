"""Databases of PostgreSQL that are not in UTF-8: brought up and served, as far as their characters go."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http import HTTPStatus
from typing import Any

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import make_url, text

from app import db
from app.models import User
from test.databases import application_on, migrate
from test.util import BLACKLISTED, LOGOUT, PASSWORD, REGISTER, WIDGETS, TokenClient, account, widget

TUTORIAL = "7c66df0e878f"
NAME = "a_database"


@pytest.fixture
def client_in(postgresql_url: str) -> Iterator[Callable[[str], FlaskClient]]:
    """A function that returns an administrator's client of the API on a database in an encoding."""
    server = make_url(postgresql_url).difference_update_query(["options"])
    with psycopg.connect(server.render_as_string(False), autocommit=True) as connection, ExitStack() as stack:

        def client(encoding: str) -> FlaskClient:
            connection.execute(f"CREATE DATABASE {NAME} TEMPLATE template0 ENCODING '{encoding}' LOCALE 'C'")
            stack.callback(connection.execute, f"DROP DATABASE {NAME}")
            app = stack.enter_context(application_on(server.set(database=NAME).render_as_string(False)))
            migrate(app, TUTORIAL)
            made = TokenClient(app)
            with app.app_context():
                insert = "INSERT INTO site_user (email, password_hash, admin) VALUES ('Ä@b.com', 'x', true)"
                db.session.execute(text(insert))
                db.session.commit()
                migrate(app)
                user = db.session.query(User).one()
                assert user.email == "ä@b.com"
                made.token = user.encode_access_token()
            return made

        yield client


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_name_that_the_database_has_no_characters_for_is_refused(client_in: Any, method: str):
    response = client_in("LATIN1").open(f"{WIDGETS}/日本", method=method, data=widget())

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["status"] == "fail"


def test_name_that_the_database_has_no_characters_for_is_told_to_nobody_without_a_right(client_in: Any):
    client = client_in("LATIN1")
    client.post(LOGOUT)

    response = client.get(f"{WIDGETS}/日本")

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert response.json["message"] == BLACKLISTED


def test_database_without_an_encoding_is_served(client_in: Any):
    client = client_in("SQL_ASCII")

    answers = [client.get(f"{WIDGETS}/日本"), client.post(REGISTER, data=account("a@b.com", PASSWORD))]

    assert [answer.status_code for answer in answers] == [HTTPStatus.NOT_FOUND, HTTPStatus.CREATED]
