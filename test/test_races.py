"""What happens at the same moment: the database decides, and everybody gets an answer."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from threading import Barrier
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, update

from app import db
from app.models import BlacklistedToken, User, Widget
from test.util import LOGOUT, REGISTER, USER, WIDGET, WIDGETS, account, other_value, widget

THREADS = 8
REQUESTS = 200
Call = Callable[[int], Any]


def at_once(call: Call, threads: int = THREADS) -> list[Any]:
    """Return what *call* returns in each of so many threads that start together."""
    barrier = Barrier(threads)

    def run(number: int) -> Any:
        barrier.wait()
        return call(number)

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(run, range(threads)))


def statuses(call: Call) -> Counter[int]:
    return Counter(response.status_code for response in at_once(call))


def statuses_of_many(call: Call) -> Counter[int]:
    """Return how often each status came of so many requests, THREADS of them at any time."""
    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(response.status_code for response in pool.map(call, range(REQUESTS)))


def test_one_of_many_registers_an_address(app: Flask, as_nobody: FlaskClient):
    spellings = ["Same@email.com", "same@Email.com"]

    found = statuses_of_many(
        lambda number: app.test_client().post(REGISTER, data=account(spellings[number % 2]))
    )

    assert found == {HTTPStatus.CREATED: 1, HTTPStatus.CONFLICT: REQUESTS - 1}
    with app.app_context():
        assert User.query.count() == 1


def test_one_of_many_creates_a_name(app: Flask, client_of: Callable[[User], FlaskClient], admin: User):
    names = ["same", "SAME"]

    found = statuses_of_many(
        lambda number: client_of(admin).post(WIDGETS, data=widget(name=names[number % 2]))
    )

    assert found == {HTTPStatus.CREATED: 1, HTTPStatus.CONFLICT: REQUESTS - 1}
    with app.app_context():
        assert Widget.query.count() == 1


def test_one_of_many_takes_a_new_name(app: Flask, client_of: Callable[[User], FlaskClient], admin: User):
    for number in range(THREADS):
        client_of(admin).post(WIDGETS, data=widget(name=f"old{number}"))

    found = statuses(lambda number: client_of(admin).put(f"{WIDGETS}/old{number}", data=widget(name="new")))

    assert found == {HTTPStatus.OK: 1, HTTPStatus.CONFLICT: THREADS - 1}


def test_answer_to_a_change_tells_that_change_and_no_later_one(app: Flask, as_admin: FlaskClient):
    as_admin.post(WIDGETS, data=widget())

    @event.listens_for(db.session, "after_commit", once=True)
    def change_again(_session: Any) -> None:
        with app.app_context(), db.engine.begin() as other:
            other.execute(update(Widget).values(other_value(2)))

    response = as_admin.put(WIDGET, data=widget(**other_value(1)))

    assert other_value(1).items() <= response.json.items()
    assert other_value(2).items() <= as_admin.get(WIDGET).json.items()


def test_one_of_many_logs_a_token_out(app: Flask, as_user: FlaskClient):
    bearer = {"Authorization": f"Bearer {as_user.token}"}

    found = statuses(lambda _: app.test_client().post(LOGOUT, headers=bearer))

    assert found == {HTTPStatus.OK: 1, HTTPStatus.UNAUTHORIZED: THREADS - 1}
    with app.app_context():
        assert BlacklistedToken.query.count() == 1


def test_put_delete_and_get_of_one_widget_all_get_an_answer(
    app: Flask, client_of: Callable[[User], FlaskClient], admin: User
):
    client_of(admin).post(WIDGETS, data=widget())

    def mixed(number: int) -> Counter[int]:
        client = client_of(admin)
        found: Counter[int] = Counter()
        for step in range(REQUESTS // THREADS):
            kind = (number + step) % 4
            if kind == 0:
                response = client.put(WIDGET, data=widget())
            elif kind == 1:
                response = client.delete(WIDGET)
            elif kind == 2:
                response = client.get(WIDGET)
            else:
                response = client.post(WIDGETS, data=widget())
            found[response.status_code] += 1
        return found

    found = sum(at_once(mixed), Counter())

    assert set(found) <= {200, 201, 204, 404, 409}


def test_each_thread_is_who_its_token_says(
    app: Flask, client_of: Callable[[User], FlaskClient], add_user: Callable[..., User]
):
    users = [add_user(f"user{number}@email.com", admin=True) for number in range(THREADS)]

    def who_am_i(number: int) -> list[str]:
        client = client_of(users[number])
        seen = [client.get(USER).json["email"] for _ in range(10)]
        for step in range(25):
            client.post(WIDGETS, data=widget(name=f"w-{number}-{step}"))
        return seen

    found = at_once(who_am_i)

    assert found == [[user.email] * 10 for user in users]
    with app.app_context():
        for created in db.session.scalars(db.select(Widget)):
            assert created.owner.email == f"user{created.name.split('-')[1]}@email.com"
        assert Widget.query.count() == THREADS * 25
