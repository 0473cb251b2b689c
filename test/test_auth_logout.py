"""POST /auth/logout, and what becomes of the token."""

from datetime import timedelta
from http import HTTPStatus

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from app import db
from app.models import BlacklistedToken, User
from app.util.datetime_util import utc_now
from test.util import BLACKLISTED, LOGIN, LOGOUT, REGULAR_CHALLENGE, USER, account, refusal


def test_user_logs_out(as_user: FlaskClient):
    response = as_user.post(LOGOUT)

    assert response.status_code == HTTPStatus.OK
    assert response.json == {"status": "success", "message": "successfully logged out"}


@pytest.mark.parametrize("path", [USER, LOGOUT])
def test_logged_out_token_is_refused(as_user: FlaskClient, path: str):
    as_user.post(LOGOUT)

    response = as_user.open(path, method="POST" if path == LOGOUT else "GET")

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert response.json == {"status": "fail", "message": BLACKLISTED}
    assert response.headers["WWW-Authenticate"] == refusal(REGULAR_CHALLENGE, BLACKLISTED)


@pytest.mark.parametrize(
    "spelling", ["Bearer {}=", "Bearer {}==", "{}", "bearer   {}", "BEARER {}", "Bearer {}\t"]
)
def test_logged_out_token_is_refused_in_every_spelling(as_user: FlaskClient, spelling: str):
    as_user.post(LOGOUT)

    response = as_user.get(USER, headers={"Authorization": spelling.format(as_user.token)})

    assert response.status_code == HTTPStatus.UNAUTHORIZED


def test_other_tokens_of_the_user_live_on(as_user: FlaskClient, as_nobody: FlaskClient):
    other = as_nobody.post(LOGIN, data=account()).json["access_token"]

    as_user.post(LOGOUT)

    assert as_nobody.get(USER, headers={"Authorization": f"Bearer {other}"}).status_code == HTTPStatus.OK


def test_blacklist_keeps_nothing_that_opens_anything(app: Flask, as_user: FlaskClient):
    as_user.post(LOGOUT)

    with app.app_context():
        (row,) = BlacklistedToken.query.all()
        values = [str(getattr(row, column.key)) for column in BlacklistedToken.__table__.columns]
    assert not any(value in as_user.token or as_user.token in value for value in values if len(value) > 4)
    assert all(as_user.get(USER, headers={"Authorization": value}).status_code == 401 for value in values)


def test_logout_that_could_not_be_noted_is_not_told_as_one(app: Flask, as_user: FlaskClient):
    with app.app_context():  # as after rows were copied with their keys, around the sequence
        if db.engine.dialect.name != "postgresql":
            pytest.skip("SQLite has no sequence that could be behind")
        db.session.add(BlacklistedToken(jti="another", expires_at=utc_now()))
        db.session.commit()
        set_back = "setval(pg_get_serial_sequence('token_blacklist', 'id'), min(id), false)"
        db.session.execute(select(text(set_back)).select_from(BlacklistedToken))
        db.session.commit()

    response = as_user.post(LOGOUT)

    assert response.status_code == HTTPStatus.CONFLICT
    assert response.json["message"] != BLACKLISTED
    assert as_user.get(USER).status_code == HTTPStatus.OK


def test_purge_forgets_expired_tokens_only(app: Flask, as_user: FlaskClient):
    as_user.post(LOGOUT)
    with app.app_context():
        db.session.add(BlacklistedToken(jti="long ago", expires_at=utc_now() - timedelta(days=1)))
        db.session.commit()

    result = app.test_cli_runner().invoke(purge_command())

    assert result.output == "Forgot 1 expired tokens.\n"
    with app.app_context():
        assert "long ago" not in db.session.scalars(select(BlacklistedToken.jti)).all()
    assert as_user.get(USER).json["message"] == BLACKLISTED


def test_purge_leaves_what_an_instance_whose_clock_is_behind_still_takes(app: Flask, as_user: FlaskClient):
    as_user.post(LOGOUT)
    with app.app_context():
        expires_at = db.session.scalars(select(BlacklistedToken.expires_at)).one()

    with time_machine.travel(expires_at + timedelta(seconds=8), tick=False):
        app.test_cli_runner().invoke(purge_command())

    assert as_user.get(USER).json["message"] == BLACKLISTED


def test_purged_token_stays_refused_because_it_has_expired(app: Flask, as_user: FlaskClient, user: User):
    as_user.post(LOGOUT)

    with time_machine.travel(utc_now() + timedelta(hours=2)):
        app.test_cli_runner().invoke(purge_command())
        response = as_user.get(USER)

    assert response.json["message"] == "Access token expired. Please log in again."
    with app.app_context():
        assert BlacklistedToken.query.count() == 0


def purge_command():
    from run import purge_tokens_command

    return purge_tokens_command
