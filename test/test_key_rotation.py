"""The key that signs tokens is changed without logging anybody out."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from http import HTTPStatus

import jwt
import pytest
import time_machine
from flask import Flask

from app.models import User
from app.util.datetime_util import utc_now
from test.databases import application_on
from test.util import EXPIRED, INVALID, LOGIN, USER, account

OLD, NEW, OLDEST = (f"{name} key of at least 32 bytes in all" for name in ("old", "new", "oldest"))
Instance = Callable[..., Flask]


@pytest.fixture
def instance(app: Flask, user: User, monkeypatch: pytest.MonkeyPatch) -> Iterator[Instance]:
    """A function that starts the application with a key and those of earlier days, on one database."""
    with ExitStack() as stack:
        # A token lives for 5 seconds here, in which a slow machine may not start another application.
        stack.enter_context(time_machine.travel(utc_now(), tick=False))

        def start(key: str, *earlier: str) -> Flask:
            monkeypatch.setenv("SECRET_KEY", key)
            monkeypatch.setenv("SECRET_KEY_FALLBACKS", ",".join(earlier))
            return stack.enter_context(application_on(app.config["SQLALCHEMY_DATABASE_URI"]))

        yield start


def new_token(app: Flask) -> str:
    token: str = app.test_client().post(LOGIN, data=account()).json["access_token"]
    return token


def answer_to(app: Flask, token: str) -> tuple[int, str | None]:
    response = app.test_client().get(USER, headers={"Authorization": f"Bearer {token}"})
    return response.status_code, response.json.get("message")


@pytest.mark.parametrize("earlier", [(OLD,), (OLDEST, OLD), (OLD, OLDEST)])
def test_token_of_the_old_key_is_taken_while_that_key_is_a_fallback(
    instance: Instance, earlier: tuple[str, ...]
):
    token = new_token(instance(OLD))

    assert answer_to(instance(NEW, *earlier), token)[0] == HTTPStatus.OK


@pytest.mark.parametrize("earlier", [(), (OLDEST,)])
def test_token_of_the_old_key_is_refused_once_that_key_is_gone(instance: Instance, earlier: tuple[str, ...]):
    token = new_token(instance(OLD))

    assert answer_to(instance(NEW, *earlier), token) == (HTTPStatus.UNAUTHORIZED, INVALID)


def test_new_token_is_signed_with_the_new_key(instance: Instance):
    token = new_token(instance(NEW, OLD))

    assert jwt.decode(token, NEW, algorithms=["HS256"])
    assert answer_to(instance(OLD), token) == (HTTPStatus.UNAUTHORIZED, INVALID)


@pytest.mark.parametrize("signed_with", [OLD, NEW])
def test_expired_token_is_told_to_be_expired_whichever_key_signed_it(instance: Instance, signed_with: str):
    token = new_token(instance(signed_with))

    with time_machine.travel(utc_now() + timedelta(hours=2)):
        assert answer_to(instance(NEW, OLD), token) == (HTTPStatus.UNAUTHORIZED, EXPIRED)


@pytest.mark.parametrize("claims", [{"admin": "yes"}, {"iss": "elsewhere"}, {"purpose": "reset"}])
def test_old_key_signs_nothing_that_the_new_one_could_not(instance: Instance, claims: dict[str, str]):
    app = instance(NEW, OLD)
    token = jwt.decode(new_token(app), NEW, algorithms=["HS256"])

    forged = jwt.encode(token | claims, OLD, algorithm="HS256")

    assert answer_to(app, forged) == (HTTPStatus.UNAUTHORIZED, INVALID)


def test_fallbacks_are_told_to_flask_itself(instance: Instance):
    assert list(instance(NEW, OLD, OLDEST).config["SECRET_KEY_FALLBACKS"]) == [OLD, OLDEST]
