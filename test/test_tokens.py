"""Which tokens are taken, how they are sent, and how they are refused."""

import base64
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import jwt
import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app import db
from app.models import User
from app.util.datetime_util import utc_now
from test.util import (
    ADMIN_CHALLENGE,
    EXPIRED,
    INVALID,
    LOGIN,
    LOGOUT,
    NOT_ADMINISTRATOR,
    REGULAR_CHALLENGE,
    USER,
    WIDGET,
    WIDGETS,
    account,
    refusal,
)

REGULAR_ROUTES = [("GET", USER), ("POST", LOGOUT), ("GET", WIDGETS), ("GET", WIDGET)]
ADMIN_ROUTES = [("POST", WIDGETS), ("PUT", WIDGET), ("DELETE", WIDGET)]
ROUTES = [(*route, REGULAR_CHALLENGE) for route in REGULAR_ROUTES] + [
    (*route, ADMIN_CHALLENGE) for route in ADMIN_ROUTES
]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize(("method", "path", "challenge"), ROUTES)
def test_route_without_token_is_refused_before_its_input_is_read(
    as_nobody: FlaskClient, method: str, path: str, challenge: str
):
    response = as_nobody.open(path, method=method, data=b"{broken", content_type="application/json")

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert response.json == {"status": "fail", "message": "Unauthorized"}
    assert response.headers["WWW-Authenticate"] == challenge


@pytest.mark.parametrize(("method", "path", "challenge"), ROUTES)
def test_expired_token_is_refused(as_admin: FlaskClient, method: str, path: str, challenge: str):
    with time_machine.travel(utc_now() + timedelta(hours=2)):
        response = as_admin.open(path, method=method)

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert response.json == {"status": "fail", "message": EXPIRED}
    assert response.headers["WWW-Authenticate"] == refusal(challenge, EXPIRED)


@pytest.mark.parametrize(("method", "path", "challenge"), ROUTES)
def test_malformed_token_is_refused(as_nobody: FlaskClient, method: str, path: str, challenge: str):
    response = as_nobody.open(path, method=method, headers=bearer("no.token.this"))

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert response.json == {"status": "fail", "message": INVALID}
    assert response.headers["WWW-Authenticate"] == refusal(challenge, INVALID)


@pytest.mark.parametrize(("method", "path"), ADMIN_ROUTES)
def test_regular_user_is_forbidden_what_admins_may(as_user: FlaskClient, method: str, path: str):
    response = as_user.open(path, method=method)

    assert response.status_code == HTTPStatus.FORBIDDEN
    assert response.json == {"status": "fail", "message": NOT_ADMINISTRATOR}
    assert response.headers["WWW-Authenticate"] == refusal(
        ADMIN_CHALLENGE, NOT_ADMINISTRATOR, "insufficient_scope"
    )


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


def test_promoted_user_has_the_right_at_the_next_request(app: Flask, as_user: FlaskClient, user: User):
    with app.app_context():
        db.session.get(User, user.id).admin = True
        db.session.commit()

    assert as_user.delete(WIDGET).status_code == HTTPStatus.NO_CONTENT


def test_deleted_user_is_nobody_at_the_next_request(app: Flask, as_user: FlaskClient, user: User):
    with app.app_context():
        db.session.delete(db.session.get(User, user.id))
        db.session.commit()

    response = as_user.get(USER)

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert response.json["message"] == INVALID


class Forge:
    """Makes tokens that look like *token* and are none, some of them with the very key."""

    def __init__(self, token: str, key: str):
        self.token, self.key = token, key
        self.header, self.payload, self.signature = token.split(".")
        self.claims = jwt.decode(token, key, algorithms=["HS256"])

    def claiming(self, headers: dict[str, Any] | None = None, **changes: Any) -> str:
        """Return a well-signed token with other claims; ``...`` takes a claim away."""
        claims = {name: value for name, value in (self.claims | changes).items() if value is not ...}
        return jwt.encode(claims, self.key, algorithm="HS256", headers=headers)

    def signed(self, header: Any, payload: Any) -> str:
        """Return a well-signed token of anything."""
        message = f"{encoded(header)}.{encoded(payload)}"
        mac = hmac.digest(self.key.encode(), message.encode(), "sha256")
        return f"{message}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    def with_header(self, header: Any) -> str:
        """Return a well-signed token with another header."""
        return self.signed(header, self.claims)

    def with_payload(self, payload: Any) -> str:
        """Return a well-signed token with another payload."""
        return self.signed({"alg": "HS256", "typ": "JWT"}, payload)


def encoded(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


FORGERIES: dict[str, Callable[[Forge], str]] = {
    "payload changed": lambda f: f"{f.header}.{encoded(f.claims | {'admin': True})}.{f.signature}",
    "no signature": lambda f: f"{f.header}.{f.payload}.",
    "two parts": lambda f: f"{f.header}.{f.payload}",
    "four parts": lambda f: f"{f.token}.{f.signature}",
    "signature cut": lambda f: f.token[:-4],
    "signature of another": lambda f: f"{f.header}.{f.payload}.{f.claiming(jti='x').split('.')[2]}",
    "another key": lambda f: jwt.encode(f.claims, "k" * 32, algorithm="HS256"),
    "alg none": lambda f: f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{f.payload}.",
    "alg nOnE": lambda f: f"{encoded({'alg': 'nOnE', 'typ': 'JWT'})}.{f.payload}.",
    "alg none, signed": lambda f: f.with_header({"alg": "none", "typ": "JWT"}),
    "alg HS512": lambda f: jwt.encode(f.claims, f.key, algorithm="HS512"),
    "alg RS256": lambda f: f.with_header({"alg": "RS256", "typ": "JWT"}),
    "alg missing": lambda f: f.with_header({"typ": "JWT"}),
    "alg a list": lambda f: f.with_header({"alg": ["HS256"], "typ": "JWT"}),
    "alg null": lambda f: f.with_header({"alg": None, "typ": "JWT"}),
    "header a list": lambda f: f.with_header(["HS256"]),
    "header a text": lambda f: f.with_header("HS256"),
    "header nested deeply": lambda f: f.with_header("[" * 250),
    "another type": lambda f: f.claiming({"typ": "refresh+jwt"}),
    "critical header": lambda f: f.claiming({"crit": ["x"], "x": 1}),
    "key by reference": lambda f: f.claiming({"kid": "../../etc/passwd"}),
    "payload not encoded": lambda f: f.with_header({"alg": "HS256", "typ": "JWT", "b64": False}),
    "another issuer": lambda f: f.claiming(iss="elsewhere"),
    "no issuer": lambda f: f.claiming(iss=...),
    "an audience": lambda f: f.claiming(aud="elsewhere"),
    "another purpose": lambda f: f.claiming(purpose="reset-password"),
    "another type as a claim": lambda f: f.claiming(typ="refresh"),
    "a scope": lambda f: f.claiming(scope="read"),
    "no exp": lambda f: f.claiming(exp=...),
    "no iat": lambda f: f.claiming(iat=...),
    "no jti": lambda f: f.claiming(jti=...),
    "no sub": lambda f: f.claiming(sub=...),
    "no admin": lambda f: f.claiming(admin=...),
    "not yet valid": lambda f: f.claiming(nbf=f.claims["iat"] + 1000),
    "issued in the future": lambda f: f.claiming(iat=f.claims["iat"] + 1000),
    "exp a text": lambda f: f.with_payload(f.claims | {"exp": "tomorrow"}),
    "exp a numeric text": lambda f: f.with_payload(f.claims | {"exp": str(f.claims["exp"])}),
    "exp beyond the calendar": lambda f: f.claiming(exp=10**17),
    "exp beyond any number": lambda f: f.claiming(exp=10**200),
    "exp infinite": lambda f: f.with_payload(f.claims | {"exp": float("inf")}),
    "exp not a number": lambda f: f.with_payload(f.claims | {"exp": float("nan")}),
    "exp a fraction": lambda f: f.claiming(exp=f.claims["exp"] + 0.5),
    "exp null": lambda f: f.with_payload(f.claims | {"exp": None}),
    "exp a list": lambda f: f.with_payload(f.claims | {"exp": [f.claims["exp"]]}),
    "sub a number": lambda f: f.with_payload(f.claims | {"sub": 1}),
    "sub nobody": lambda f: f.claiming(sub="00000000-0000-0000-0000-000000000000"),
    "sub with NUL": lambda f: f.claiming(sub="a\0b"),
    "admin a text": lambda f: f.claiming(admin="true"),
    "admin a number": lambda f: f.claiming(admin=1),
    "jti a list": lambda f: f.with_payload(f.claims | {"jti": ["a"]}),
    "jti with NUL": lambda f: f.claiming(jti="a\0b"),
    "payload a list": lambda f: f.with_payload([1]),
    "payload a number": lambda f: f.with_payload(1),
    "payload empty": lambda f: f.with_payload({}),
    "payload not JSON": lambda f: f.with_payload("{"),
    "payload nested deeply": lambda f: f.with_payload("[" * 300),
    "padded": lambda f: f.token + "=",
    "last bits changed": lambda f: f.token[:-1] + chr(ord(f.token[-1]) ^ 1),
    "not base64": lambda f: f"{f.header}.{f.payload}.!!!",
    "very long": lambda f: f.token + "x" * 5_000,
    "spaces inside": lambda f: f.token.replace(".", " . "),
    "not ASCII": lambda f: f.token + "é",
    "encrypted": lambda _: "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..a.b.c",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_token_that_is_not_ours_is_refused(app: Flask, as_user: FlaskClient, forgery: str):
    token = FORGERIES[forgery](Forge(as_user.token, app.config["SECRET_KEY"]))

    response = as_user.get(USER, headers=bearer(token))

    assert response.status_code == HTTPStatus.UNAUTHORIZED
    assert response.json == {"status": "fail", "message": INVALID}
    assert response.headers["WWW-Authenticate"] == refusal(REGULAR_CHALLENGE, INVALID)


def test_token_that_is_signed_anew_with_the_same_claims_is_taken(app: Flask, as_user: FlaskClient):
    claims = jwt.decode(as_user.token, app.config["SECRET_KEY"], algorithms=["HS256"])

    token = jwt.encode(claims, app.config["SECRET_KEY"], algorithm="HS256")

    assert as_user.get(USER, headers=bearer(token)).status_code == HTTPStatus.OK
