"""POST /auth/login."""

from http import HTTPStatus
from unittest.mock import patch

import bcrypt
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import db
from app.models import User
from app.models.user import TUTORIAL_HASH
from test.util import EMAIL, LOGIN, REGISTER, REGULAR_CHALLENGE, USER, account


@pytest.mark.parametrize("how", ["data", "json"])
def test_user_gets_a_token_that_works(as_nobody: FlaskClient, user: User, how: str):
    response = as_nobody.post(LOGIN, **{how: account()})

    assert response.status_code == HTTPStatus.OK
    assert response.json["status"] == "success"
    assert response.json["message"] == "successfully logged in"
    assert response.json["token_type"] == "bearer"
    assert response.json["expires_in"] == 5
    bearer = {"Authorization": f"Bearer {response.json['access_token']}"}
    assert as_nobody.get(USER, headers=bearer).status_code == HTTPStatus.OK


def test_token_is_never_stored_on_its_way(as_nobody: FlaskClient, user: User):
    response = as_nobody.post(LOGIN, data=account())

    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Pragma"] == "no-cache"


def test_address_may_be_written_in_any_case(as_nobody: FlaskClient, user: User):
    assert as_nobody.post(LOGIN, data=account(EMAIL.upper())).status_code == HTTPStatus.OK


def test_unknown_address_and_wrong_password_get_the_same_answer(as_nobody: FlaskClient, user: User):
    same = {"X-Request-ID": "same"}

    unknown = as_nobody.post(LOGIN, data=account("nobody@email.com"), headers=same)
    wrong = as_nobody.post(LOGIN, data=account(password="wrong-password"), headers=same)

    assert unknown.status_code == wrong.status_code == HTTPStatus.UNAUTHORIZED
    assert unknown.json == wrong.json
    assert unknown.json == {"status": "fail", "message": "email or password does not match"}
    assert unknown.headers == wrong.headers
    assert unknown.headers["WWW-Authenticate"] == REGULAR_CHALLENGE


def test_unknown_address_costs_as_many_hashes_as_a_wrong_password(as_nobody: FlaskClient, user: User):
    salts = []
    with patch("bcrypt.hashpw", wraps=bcrypt.hashpw) as hashpw:
        for email in ("nobody@email.com", EMAIL):
            hashpw.reset_mock()
            as_nobody.post(LOGIN, data=account(email, "wrong-password"))
            salts.append([call.args[1][:7] for call in hashpw.call_args_list])

    assert salts == [[b"$2b$04$"], [b"$2b$04$"]]


def test_passwords_that_differ_after_byte_72_are_different(as_nobody: FlaskClient):
    long_password = "x" * 72
    as_nobody.post(REGISTER, data=account(password=long_password + "right"))

    assert as_nobody.post(LOGIN, data=account(password=long_password + "wrong")).status_code == 401
    assert as_nobody.post(LOGIN, data=account(password=long_password)).status_code == 401
    assert as_nobody.post(LOGIN, data=account(password=long_password + "right")).status_code == 200


def test_short_password_is_wrong_but_not_malformed(as_nobody: FlaskClient, user: User):
    assert as_nobody.post(LOGIN, data=account(password="short")).status_code == HTTPStatus.UNAUTHORIZED


def test_invalid_input_is_refused_by_name(as_nobody: FlaskClient):
    response = as_nobody.post(LOGIN, json={"email": "first last", "password": ""})

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert list(response.json["errors"]) == ["email", "password"]


def test_password_that_the_tutorial_hashed_still_opens_the_account(
    app: Flask, as_nobody: FlaskClient, user: User
):
    with app.app_context():
        stored = User.find_by_email(EMAIL)
        stored.password_hash = TUTORIAL_HASH + bcrypt.hashpw(b"test1234", bcrypt.gensalt(4)).decode()
        db.session.commit()

    assert as_nobody.post(LOGIN, data=account()).status_code == HTTPStatus.OK
    assert as_nobody.post(LOGIN, data=account(password="another1")).status_code == HTTPStatus.UNAUTHORIZED
    assert as_nobody.post(LOGIN, data=account(password="x" * 73)).status_code == HTTPStatus.UNAUTHORIZED
