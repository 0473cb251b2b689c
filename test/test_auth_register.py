"""POST /auth/register."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.models import User
from test.databases import application_on
from test.util import EMAIL, INVALID_INPUT, LOGIN, PASSWORD, REGISTER, USER, account


def test_new_user_gets_a_token_that_works(as_nobody: FlaskClient):
    response = as_nobody.post(REGISTER, data=account())

    assert response.status_code == HTTPStatus.CREATED
    assert response.json["status"] == "success"
    assert response.json["message"] == "successfully registered"
    assert response.json["token_type"] == "bearer"
    assert response.json["expires_in"] == 5
    bearer = {"Authorization": f"Bearer {response.json['access_token']}"}
    assert as_nobody.get(USER, headers=bearer).json["email"] == EMAIL


@pytest.mark.parametrize("how", ["data", "json"])
def test_form_and_json_are_taken_alike(as_nobody: FlaskClient, how: str):
    assert as_nobody.post(REGISTER, **{how: account()}).status_code == HTTPStatus.CREATED


def test_multipart_form_is_taken(as_nobody: FlaskClient):
    response = as_nobody.post(REGISTER, data=account(), content_type="multipart/form-data")

    assert response.status_code == HTTPStatus.CREATED


def test_token_is_never_stored_on_its_way(as_nobody: FlaskClient):
    response = as_nobody.post(REGISTER, data=account())

    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["Pragma"] == "no-cache"


def test_nothing_that_is_sent_makes_an_admin(app: Flask, as_nobody: FlaskClient):
    as_nobody.post(REGISTER, json=account() | {"admin": True, "public_id": "mine"})

    with app.app_context():
        user = User.find_by_email(EMAIL)
        assert user
        assert not user.admin
        assert user.public_id != "mine"


@pytest.mark.parametrize("again", [EMAIL, EMAIL.upper(), "New_User@Email.com"])
def test_address_is_one_account_whatever_its_case(as_nobody: FlaskClient, user: User, again: str):
    response = as_nobody.post(REGISTER, data=account(again))

    assert response.status_code == HTTPStatus.CONFLICT
    assert response.json == {"status": "fail", "message": f"{again} is already registered"}


@pytest.mark.parametrize(
    "email",
    [
        "first last",
        "<a@x>",
        "a@x",
        "a@b@x.com",
        "@x.com",
        "a@x.com\n",
        "a@x.com\0",
        "a\n@x.com",
        "a b@x.com",
        "ä@x.com",
        "a@ﬁ.com",
        ".a@x.com",
        "a@-x.com",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@x.1",
        "",
        f"{'a' * 65}@x.com",
    ],
)
def test_invalid_address_is_refused_by_name(as_nobody: FlaskClient, email: str):
    response = as_nobody.post(REGISTER, json=account(email))

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json == {
        "status": "fail",
        "message": INVALID_INPUT,
        "errors": {"email": f"{email} is not a valid email"},
    }


LONGEST_ADDRESS = f"{'a' * 64}@{'b' * 61}.{'c' * 61}.{'d' * 61}.com"  # 254 characters


@pytest.mark.parametrize(
    "email", ["a@x.test", "a@x.local", f"{'a' * 64}@x.com", "!#$%&'*+/=?^_`{|}~-@x.com", LONGEST_ADDRESS]
)
def test_address_is_judged_by_its_syntax_alone(as_nobody: FlaskClient, email: str):
    assert as_nobody.post(REGISTER, json=account(email)).status_code == HTTPStatus.CREATED


def test_too_long_address_is_refused(as_nobody: FlaskClient):
    response = as_nobody.post(REGISTER, data=account(f"{'a' * 250}@x.com"))

    assert response.json["errors"] == {"email": "must have 1 to 254 characters"}


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "must have 1 to 128 characters"),
        ("seven77", "must have at least 8 characters"),
        ("x" * 129, "must have 1 to 128 characters"),
        ("nul\0inside", "must be valid text without NUL characters"),
        ("half \ud800 pair", "must be valid text without NUL characters"),
        (12345678, "must be a text"),
        (None, "must be a text"),
        (["password"], "must be a text"),
    ],
)
def test_bad_password_is_refused_by_name(as_nobody: FlaskClient, password: object, reason: str):
    response = as_nobody.post(REGISTER, json={"email": EMAIL, "password": password})

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["errors"] == {"password": reason}


def test_password_in_no_encoding_is_refused(as_nobody: FlaskClient):
    body = b"email=new_user@email.com&password=%ff%fe%ff%fe%ff%fe%ff%fe"
    response = as_nobody.post(REGISTER, data=body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert list(response.json["errors"]) == ["password"]


@pytest.fixture
def strict_client(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """A client of an application that refuses common passwords, and those under 10 characters."""
    monkeypatch.setenv("CHECK_COMMON_PASSWORDS", "true")
    monkeypatch.setenv("MIN_PASSWORD_LENGTH", "10")
    with application_on(app.config["SQLALCHEMY_DATABASE_URI"]) as strict:
        yield strict.test_client()


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("baseball1", "must have at least 10 characters"),
        ("qwertyuiop", "must not be one of the most common passwords"),
        ("PASSWORD123", "must not be one of the most common passwords"),
    ],
)
def test_password_that_is_easily_guessed_is_refused(strict_client: FlaskClient, password: str, reason: str):
    response = strict_client.post(REGISTER, data=account(password=password))

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["errors"] == {"password": reason}


@pytest.mark.parametrize("password", ["correct-horse", "battery-staple"])
def test_password_of_the_readme_is_taken(strict_client: FlaskClient, password: str):
    assert strict_client.post(REGISTER, data=account(password=password)).status_code == HTTPStatus.CREATED


def test_user_with_a_common_password_still_logs_in(strict_client: FlaskClient, user: User):
    assert strict_client.post(LOGIN, data=account()).status_code == HTTPStatus.OK


@pytest.mark.parametrize("password", ["test1234", "password", "12345678"])
def test_common_password_is_left_alone_under_testing(as_nobody: FlaskClient, password: str):
    assert as_nobody.post(REGISTER, data=account(password=password)).status_code == HTTPStatus.CREATED


@pytest.mark.parametrize("password", ["x" * 8, "x" * 128, "пароль-密码-🔑", "  spaces  "])
def test_password_of_any_alphabet_is_taken(as_nobody: FlaskClient, password: str):
    assert as_nobody.post(REGISTER, json=account(password=password)).status_code == HTTPStatus.CREATED


def test_all_errors_are_told_at_once(as_nobody: FlaskClient):
    response = as_nobody.post(REGISTER)

    missing = "Missing required parameter in the request body, a form or a JSON object"
    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["errors"] == {"email": missing, "password": missing}


def test_query_string_is_not_read(as_nobody: FlaskClient):
    response = as_nobody.post(REGISTER, query_string=account())

    assert response.status_code == HTTPStatus.BAD_REQUEST


def test_field_given_twice_is_refused(as_nobody: FlaskClient):
    response = as_nobody.post(REGISTER, data={"email": EMAIL, "password": [PASSWORD, "another1"]})

    assert response.json["errors"] == {"password": "must be given only once"}
