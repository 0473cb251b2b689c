"""Which tokens are taken, and how they are sent.  Who may do what with one stands in test_roles."""

from collections.abc import Callable
from http import HTTPStatus

import jwt
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import db
from app.models import User
from test.forgeries import FORGERIES, OTHER_SPELLINGS, Forge
from test.util import (
    BLACKLISTED,
    EXPIRED,
    INVALID,
    LOGIN,
    LOGOUT,
    REGULAR_CHALLENGE,
    USER,
    WIDGET,
    account,
    refusal,
)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(
    "header",
    ["Bearer {}", "bearer {}", "BEARER {}", "bEaReR {}", "Bearer    {}", "{}", " Bearer {} "],
)
def test_token_is_taken_with_the_scheme_in_any_case_or_without(as_user: FlaskClient, header: str):
    response = as_user.get(USER, headers={"Authorization": header.format(as_user.token)})

    assert response.status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    "header", ["", " ", "Bearer", "Bearer ", "Basic {}", "Token {}", "Digest a=b", "JWT {}"]
)
def test_other_scheme_or_no_token_is_no_token(as_user: FlaskClient, header: str):
    response = as_user.get(USER, headers={"Authorization": header.format(as_user.token)})

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert response.headers["WWW-Authenticate"] == REGULAR_CHALLENGE


@pytest.mark.parametrize("header", ["Bearer {0} {0}", "Bearer {0},Bearer {0}", "Bearer\t{0}", "Bearer ü{0}"])
def test_header_that_is_not_one_token_is_refused(as_user: FlaskClient, header: str):
    response = as_user.get(USER, headers={"Authorization": header.format(as_user.token)})

    assert response.status_code == HTTPStatus.UNAUTHORIZED


def test_token_lives_five_seconds_in_testing(as_nobody: FlaskClient, user: User):
    with time_machine.travel("2026-11-21T19:07:21Z", tick=False) as clock:
        token = as_nobody.post(LOGIN, data=account()).json["access_token"]
        clock.shift(4)
        assert as_nobody.get(USER, headers=bearer(token)).status_code == HTTPStatus.OK
        clock.shift(1)
        assert as_nobody.get(USER, headers=bearer(token)).json["message"] == EXPIRED


@pytest.mark.parametrize("end", [lambda iat: iat, lambda iat: iat - 1, lambda _iat: 0, lambda _iat: -1])
def test_token_that_ended_before_it_was_issued_has_expired(
    app: Flask, as_user: FlaskClient, end: Callable[[int], int]
):
    forge = Forge(as_user.token, app.config["SECRET_KEY"])
    token = forge.claiming(exp=end(forge.claims["iat"]))

    response = as_user.get(USER, headers=bearer(token))

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert response.json["message"] == EXPIRED
    assert response.headers["WWW-Authenticate"] == refusal(REGULAR_CHALLENGE, EXPIRED)


def test_claims_are_those_of_the_contract(app: Flask, as_nobody: FlaskClient, user: User):
    token = as_nobody.post(LOGIN, data=account()).json["access_token"]

    claims = jwt.decode(token, app.config["SECRET_KEY"], algorithms=["HS256"])
    assert claims["sub"] == user.public_id
    assert claims["admin"] is False
    assert claims["exp"] - claims["iat"] == 5


def test_demoted_admin_loses_the_right_at_the_next_request(app: Flask, as_admin: FlaskClient, admin: User):
    assert as_admin.delete(WIDGET).status_code == HTTPStatus.NO_CONTENT
    with app.app_context():
        db.session.get(User, admin.id).admin = False
        db.session.commit()

    assert as_admin.delete(WIDGET).status_code == HTTPStatus.FORBIDDEN
    assert as_admin.get(USER).json["admin"] is False


def test_admin_who_is_demoted_by_a_word_is_none(app: Flask, as_admin: FlaskClient):
    """PostgreSQL takes the word for what it means, SQLite keeps it as it is."""
    with app.app_context():
        db.session.execute(text("UPDATE site_user SET admin = 'false'"))
        db.session.commit()

    assert as_admin.delete(WIDGET).status_code == HTTPStatus.FORBIDDEN
    assert as_admin.get(USER).json["admin"] is False


def test_promoted_user_has_the_right_at_the_next_request(app: Flask, as_user: FlaskClient, user: User):
    with app.app_context():
        db.session.get(User, user.id).admin = True
        db.session.commit()

    assert as_user.delete(WIDGET).status_code == HTTPStatus.NO_CONTENT


def test_token_of_an_instance_whose_clock_is_a_little_ahead_is_taken(as_nobody: FlaskClient, user: User):
    with time_machine.travel("2026-11-21T19:07:21Z", tick=False) as clock:
        token = as_nobody.post(LOGIN, data=account()).json["access_token"]
        clock.shift(-2)

        assert as_nobody.get(USER, headers=bearer(token)).status_code == HTTPStatus.OK


@pytest.mark.parametrize("forgery", FORGERIES)
def test_token_that_is_not_ours_is_refused(app: Flask, as_user: FlaskClient, admin: User, forgery: str):
    token = FORGERIES[forgery](Forge(as_user.token, app.config["SECRET_KEY"], admin.public_id))

    response = as_user.get(USER, headers=bearer(token))

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert response.json == {"status": "fail", "message": INVALID}
    assert response.headers["WWW-Authenticate"] == refusal(REGULAR_CHALLENGE, INVALID)


def test_token_that_is_signed_anew_with_the_same_claims_is_taken(app: Flask, as_user: FlaskClient):
    claims = jwt.decode(as_user.token, app.config["SECRET_KEY"], algorithms=["HS256"])

    token = jwt.encode(claims, app.config["SECRET_KEY"], algorithm="HS256")

    assert as_user.get(USER, headers=bearer(token)).status_code == HTTPStatus.OK


def test_forgeries_are_many_and_differ(app: Flask, as_user: FlaskClient):
    forge = Forge(as_user.token, app.config["SECRET_KEY"])

    tokens = {forgery(forge) for forgery in FORGERIES.values()}

    assert len(tokens) == len(FORGERIES) >= 138
    assert as_user.token not in tokens


@pytest.mark.parametrize("fallback", ["", "f" * 32])
def test_another_key_signs_nothing_whichever_keys_are_known(
    app: Flask, as_user: FlaskClient, monkeypatch: pytest.MonkeyPatch, fallback: str
):
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", (fallback,) if fallback else ())
    forge = Forge(as_user.token, app.config["SECRET_KEY"])
    issued_elsewhere = jwt.encode(forge.claims | {"iss": "elsewhere"}, "f" * 32, algorithm="HS256")

    for token in (jwt.encode(forge.claims, "g" * 32, algorithm="HS256"), issued_elsewhere):
        assert as_user.get(USER, headers=bearer(token)).status_code == HTTPStatus.UNAUTHORIZED


@pytest.mark.parametrize(
    "header", ["Bearer {}", "{}", "bearer   {}", "BEARER {}", "bEaReR {} ", " Bearer {}"]
)
def test_logged_out_token_is_refused_however_the_header_is_written(as_user: FlaskClient, header: str):
    as_user.post(LOGOUT)

    response = as_user.get(USER, headers={"Authorization": header.format(as_user.token)})

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert response.json["message"] == BLACKLISTED


@pytest.mark.parametrize("spelling", OTHER_SPELLINGS)
def test_logged_out_token_is_refused_however_it_is_spelled(app: Flask, as_user: FlaskClient, spelling: str):
    token = OTHER_SPELLINGS[spelling](Forge(as_user.token, app.config["SECRET_KEY"]))
    as_user.post(LOGOUT)

    for header in (f"Bearer {token}", token, f"bearer  {token}"):
        response = as_user.get(USER, headers={"Authorization": header})

        assert response.status_code == HTTPStatus.UNAUTHORIZED


def test_logged_out_token_stays_refused_when_it_is_signed_anew(app: Flask, as_user: FlaskClient):
    forge = Forge(as_user.token, app.config["SECRET_KEY"])
    as_user.post(LOGOUT)

    for token in (forge.claiming(), forge.claiming(exp=forge.claims["exp"] + 1), forge.claiming(admin=True)):
        assert as_user.get(USER, headers=bearer(token)).json["message"] == BLACKLISTED
