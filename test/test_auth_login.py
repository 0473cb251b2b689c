"""POST /auth/login."""

from http import HTTPStatus
from unittest.mock import patch

import bcrypt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.exc import OperationalError

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


def hashes_of_a_login(client: FlaskClient, email: str, password: str) -> list[bytes]:
    """Return the costs of the hashes that a login makes."""
    with (
        patch("bcrypt.hashpw", wraps=bcrypt.hashpw) as hashpw,
        patch("app.models.user.checkpw", wraps=bcrypt.checkpw) as checkpw,
    ):
        client.post(LOGIN, data=account(email, password))
    return [call.args[1][:7] for call in checkpw.call_args_list + hashpw.call_args_list]


def store_hash(app: Flask, password_hash: str) -> None:
    with app.app_context():
        User.find_by_email(EMAIL).password_hash = password_hash
        db.session.commit()


def test_unknown_address_costs_as_many_hashes_as_a_wrong_password(as_nobody: FlaskClient, user: User):
    unknown = hashes_of_a_login(as_nobody, "nobody@email.com", "wrong-password")
    wrong = hashes_of_a_login(as_nobody, EMAIL, "wrong-password")

    assert unknown == wrong == [b"$2b$04$"]


@pytest.mark.parametrize("password", ["wrong-password", "x" * 73])
@pytest.mark.parametrize("mark", ["", TUTORIAL_HASH])
@pytest.mark.parametrize("rounds", [4, 5, 6])
def test_account_with_a_cheaper_hash_takes_as_long_as_an_unknown_address(
    app: Flask, as_nobody: FlaskClient, user: User, mark: str, rounds: int, password: str
):
    store_hash(app, mark + bcrypt.hashpw(b"test1234", bcrypt.gensalt(rounds)).decode())

    with patch.dict(app.config, BCRYPT_LOG_ROUNDS=6):
        costs = hashes_of_a_login(as_nobody, EMAIL, password)

    assert sum(2 ** int(cost[4:6]) for cost in costs) == 2**6


@pytest.mark.parametrize("mark", ["", TUTORIAL_HASH])
@pytest.mark.parametrize("kept", ["", "!", "x", "$2b$04$short", f"$2b$99${'.' * 53}", f"$2b$04${'a' * 53}"])
def test_account_that_was_locked_by_what_is_no_hash_is_like_an_unknown_address(
    app: Flask, as_nobody: FlaskClient, user: User, mark: str, kept: str
):
    store_hash(app, mark + kept)

    assert hashes_of_a_login(as_nobody, EMAIL, "test1234") == [b"$2b$04$"]
    assert as_nobody.post(LOGIN, data=account()).status_code == HTTPStatus.UNAUTHORIZED


def test_old_hash_stays_good_where_nothing_can_be_written(app: Flask, as_nobody: FlaskClient, user: User):
    of_the_tutorial = TUTORIAL_HASH + bcrypt.hashpw(b"test1234", bcrypt.gensalt(4)).decode()
    store_hash(app, of_the_tutorial)
    refusal = OperationalError("UPDATE site_user", None, Exception("attempt to write a readonly database"))

    with patch("sqlalchemy.orm.Session.commit", side_effect=[None, refusal]):
        response = as_nobody.post(LOGIN, data=account(password="test1234"))

    assert response.status_code == HTTPStatus.OK
    with app.app_context():
        assert db.session.scalar(select(User.password_hash)) == of_the_tutorial


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
    store_hash(app, TUTORIAL_HASH + bcrypt.hashpw(b"test1234", bcrypt.gensalt(4)).decode())

    assert as_nobody.post(LOGIN, data=account(password="another1")).status_code == HTTPStatus.UNAUTHORIZED
    assert as_nobody.post(LOGIN, data=account(password="x" * 73)).status_code == HTTPStatus.UNAUTHORIZED
    assert as_nobody.post(LOGIN, data=account()).status_code == HTTPStatus.OK


def test_login_makes_an_old_hash_anew(app: Flask, as_nobody: FlaskClient, user: User):
    store_hash(app, TUTORIAL_HASH + bcrypt.hashpw(b"test1234", bcrypt.gensalt(4)).decode())

    as_nobody.post(LOGIN, data=account())

    with app.app_context():
        assert User.find_by_email(EMAIL).password_hash.startswith("$2b$04$")
    assert as_nobody.post(LOGIN, data=account()).status_code == HTTPStatus.OK


def test_login_of_an_account_that_is_deleted_meanwhile_is_no_defect(
    app: Flask, as_nobody: FlaskClient, user: User
):
    store_hash(app, bcrypt.hashpw(b"test1234", bcrypt.gensalt(5)).decode())

    def delete_and_tell(_self: User, _password: str) -> bool:
        with db.engine.begin() as other:
            other.execute(delete(User).where(User.email == EMAIL))
        return True

    with patch.object(User, "check_password", delete_and_tell):
        response = as_nobody.post(LOGIN, data=account())

    assert response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR
