"""GET /auth/user."""

from http import HTTPStatus

import time_machine
from flask.testing import FlaskClient

from app.models import User
from test.util import EMAIL, REGISTER, USER, account


def test_user_learns_of_the_account_and_the_token(as_user: FlaskClient, user: User):
    response = as_user.get(USER)

    assert response.status_code == HTTPStatus.OK
    assert response.json["email"] == EMAIL
    assert response.json["public_id"] == user.public_id
    assert response.json["admin"] is False
    assert set(response.json) == {"email", "public_id", "admin", "registered_on", "token_expires_in"}


def test_admin_is_told_so(as_admin: FlaskClient):
    assert as_admin.get(USER).json["admin"] is True


def test_times_are_written_as_the_tutorial_writes_them(as_nobody: FlaskClient):
    with time_machine.travel("2026-11-21T19:07:21Z", tick=False) as clock:
        token = as_nobody.post(REGISTER, data=account()).json["access_token"]
        clock.shift(2)
        response = as_nobody.get(USER, headers={"Authorization": f"Bearer {token}"})

    assert response.json["registered_on"] == "11/21/26 07:07:21 PM UTC"
    assert response.json["token_expires_in"] == "00:00:03"
