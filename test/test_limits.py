"""How often passwords may be guessed and accounts registered."""

import shutil
import socket
import socketserver
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from threading import Thread
from unittest.mock import patch

import bcrypt
import pytest
import time_machine
from flask import Flask
from limits.strategies import RateLimiter
from werkzeug.test import TestResponse

from app.config import LIMITS, Config
from app.models import User
from app.util import attempts
from app.util.attempts import PAUSE_SECONDS, AttemptLimiter, Attempts
from app.util.datetime_util import utc_now
from test.databases import application_on
from test.util import ADMIN_EMAIL, EMAIL, LOGIN, PASSWORD, REGISTER, USER, account

TOO_MANY = {"status": "fail", "message": "Too many attempts. Please try again later."}
OK, UNAUTHORIZED, REFUSED = HTTPStatus.OK, HTTPStatus.UNAUTHORIZED, HTTPStatus.TOO_MANY_REQUESTS
SMALL_LIMITS = {
    "RATELIMIT_ENABLED": "true",
    "RATELIMIT_LOGIN": "5 per 15 minutes",
    "RATELIMIT_LOGIN_PER_ADDRESS": "8 per hour",
    "RATELIMIT_LOGIN_PER_ACCOUNT": "12 per hour",
    "RATELIMIT_REGISTER": "4 per minute",
}
OWNER, ATTACKER = "192.0.2.1", "198.51.100.1"
Settings = dict[str, str]
Post = Callable[..., TestResponse]
NOWHERE = "redis://127.0.0.1:1"


@pytest.fixture
def settings() -> Settings:
    """The settings of the application; a test may change them by parameters."""
    return {}


@pytest.fixture
def limited_app(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An application with small limits and counters of its own."""
    for name, value in (SMALL_LIMITS | settings).items():
        monkeypatch.setenv(name, value)
    with application_on(app.config["SQLALCHEMY_DATABASE_URI"]) as made:
        yield made


def post_to(app: Flask) -> Post:
    def post(path: str, email: str = EMAIL, password: str = PASSWORD, *, by: str = OWNER, **headers: str):
        fields = account(email, password)
        return app.test_client().post(path, data=fields, environ_base={"REMOTE_ADDR": by}, headers=headers)

    return post


@pytest.fixture
def post(limited_app: Flask) -> Post:
    """A function that registers or logs in from an address."""
    return post_to(limited_app)


def guess(post: Post, times: int, email: str = EMAIL, *, by: str = ATTACKER) -> list[int]:
    return [post(LOGIN, email, "wrong-password", by=by).status_code for _ in range(times)]


def test_one_address_is_stopped_on_one_account(post: Post, user: User):
    assert guess(post, 7) == [UNAUTHORIZED] * 5 + [REFUSED] * 2


def test_one_address_is_stopped_on_many_accounts(post: Post, user: User):
    statuses = [guess(post, 1, f"user{number}@email.com")[0] for number in range(10)]
    refused = post(LOGIN, by=ATTACKER)

    assert statuses == [UNAUTHORIZED] * 8 + [REFUSED] * 2
    assert 3590 <= int(refused.headers["Retry-After"]) <= 3600


def test_refusal_is_told_in_json_and_says_when_to_try_again(post: Post, user: User):
    guess(post, 5)

    response = post(LOGIN, by=ATTACKER)

    assert response.status_code == REFUSED
    assert response.content_type == "application/json"
    assert response.json == TOO_MANY
    assert 890 <= int(response.headers["Retry-After"]) <= 900


def test_after_the_time_that_was_told_the_right_password_is_taken(post: Post, user: User):
    now = utc_now()
    with time_machine.travel(now, tick=False) as clock:
        guess(post, 5)
        seconds = int(post(LOGIN, by=ATTACKER).headers["Retry-After"])

        clock.move_to(now + timedelta(seconds=seconds - 2))
        too_early = post(LOGIN, by=ATTACKER)
        clock.move_to(now + timedelta(seconds=seconds + 1))
        in_time = post(LOGIN, by=ATTACKER)

    assert (too_early.status_code, in_time.status_code) == (REFUSED, OK)
    assert int(too_early.headers["Retry-After"]) >= 1


def test_owner_gets_in_while_one_address_is_refused(post: Post, user: User):
    guess(post, 6)

    assert post(LOGIN, by=OWNER).status_code == OK


def test_owner_gets_in_while_many_addresses_attack_the_account(post: Post, user: User):
    statuses = Counter(status for number in range(40) for status in guess(post, 5, by=f"198.51.100.{number}"))

    assert statuses == {UNAUTHORIZED: 5 + 5 + 3 * 38, REFUSED: 2 * 38}
    assert post(LOGIN, password="mistyped", by=OWNER).status_code == UNAUTHORIZED
    assert post(LOGIN, by=OWNER).status_code == OK


def test_logins_that_succeed_do_not_count(post: Post, user: User):
    statuses = {post(LOGIN, by=ATTACKER).status_code for _ in range(30)}

    assert statuses == {OK}
    assert guess(post, 5) == [UNAUTHORIZED] * 5


def test_input_that_is_refused_does_not_count(post: Post, user: User):
    statuses = {post(LOGIN, "no address", by=ATTACKER).status_code for _ in range(10)}

    assert statuses == {HTTPStatus.BAD_REQUEST}
    assert post(LOGIN, by=ATTACKER).status_code == OK


def test_account_is_the_same_whatever_the_case_of_its_address(post: Post, user: User):
    statuses = guess(post, 3, EMAIL) + guess(post, 3, EMAIL.upper())

    assert statuses == [UNAUTHORIZED] * 5 + [REFUSED]


def test_refusal_does_not_tell_whether_there_is_an_account(post: Post, user: User):
    guess(post, 5, EMAIL, by="198.51.100.1")
    guess(post, 5, "nobody@email.com", by="198.51.100.2")

    known = post(LOGIN, EMAIL, by="198.51.100.1")
    unknown = post(LOGIN, "nobody@email.com", by="198.51.100.2")

    assert known.status_code == unknown.status_code == REFUSED
    assert known.data == unknown.data
    assert set(known.headers.keys()) == set(unknown.headers.keys())


@pytest.mark.parametrize("emails", [[EMAIL] * 5, [f"user{number}@email.com" for number in range(8)]])
def test_refusal_costs_no_password_hash(post: Post, user: User, emails: list[str]):
    for email in emails:
        guess(post, 1, email)

    with patch("bcrypt.hashpw", wraps=bcrypt.hashpw) as hashpw:
        statuses = guess(post, 20)

    assert statuses == [REFUSED] * 20
    assert hashpw.mock_calls == []


def test_guesses_of_the_same_moment_are_refused_beyond_the_limit(post: Post, user: User):
    with ThreadPoolExecutor(8) as pool:
        statuses = Counter(status for (status,) in pool.map(lambda _: guess(post, 1), range(24)))

    assert statuses == {UNAUTHORIZED: 5, REFUSED: 19}


def test_addresses_of_persons_are_not_readable_where_attempts_are_counted(
    limited_app: Flask, post: Post, user: User
):
    guess(post, 5)

    keys = " ".join(limited_app.extensions["attempt_limiter"].storage.storage)

    assert ATTACKER in keys
    assert "email.com" not in keys.lower()


@pytest.mark.parametrize(
    ("first", "second", "alike"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.8", False),
        ("192.0.2.7:50001", "192.0.2.7:50002", True),  # as some proxies forward an address
        ("192.0.2.7:50001", "192.0.2.8:50001", False),
        ("[2001:db8::1]:50001", "2001:db8::2", True),
        ("[2001:db8::1]:50001", "[2001:db8:0:1::1]:50001", False),
        ("", "", True),
        ("of its own mind", "of its own mind", True),
    ],
)
def test_client_is_an_address_or_the_network_of_a_customer(
    post: Post, user: User, first: str, second: str, alike: bool
):
    guess(post, 5, by=first)
    for number in range(4):
        post(REGISTER, f"user{number}@email.com", by=first)

    assert (post(LOGIN, by=second).status_code == REFUSED) is alike
    assert (post(REGISTER, "user9@email.com", by=second).status_code == REFUSED) is alike


def test_forwarded_address_is_not_believed(post: Post, user: User):
    forwarded = [{"X-Forwarded-For": f"203.0.113.{number}"} for number in range(6)]

    statuses = [post(LOGIN, password="wrong", **headers).status_code for headers in forwarded]

    assert statuses == [UNAUTHORIZED] * 5 + [REFUSED]


@pytest.mark.parametrize("settings", [{"PROXY_HOPS": "1"}])
def test_only_what_a_declared_proxy_wrote_is_believed(post: Post, user: User):
    forged = ("203.0.113.1", "203.0.113.2, 203.0.113.3", '"', '"203.0.113.4\\', 'a" "b"', ",")

    statuses = [
        post(LOGIN, password="wrong", **{"X-Forwarded-For": f"{text}, {ATTACKER}"}).status_code
        for text in forged
    ]

    assert statuses == [UNAUTHORIZED] * 5 + [REFUSED]
    assert post(LOGIN, **{"X-Forwarded-For": f"{ATTACKER}, {OWNER}"}).status_code == OK


@pytest.mark.parametrize("settings", [{"RATELIMIT_ENABLED": "false"}])
def test_limits_can_be_turned_off(post: Post, user: User):
    assert guess(post, 20) == [UNAUTHORIZED] * 20
    assert [post(REGISTER, f"a{n}@email.com").status_code for n in range(6)] == [HTTPStatus.CREATED] * 6


def test_limits_are_off_under_testing(app: Flask, user: User):
    assert not app.config["RATELIMIT_ENABLED"]
    assert guess(post_to(app), 20) == [UNAUTHORIZED] * 20


def test_registrations_of_one_address_are_limited_until_the_time_is_over(post: Post):
    statuses = [post(REGISTER, f"user{number}@email.com").status_code for number in range(5)]
    refused = post(REGISTER, "user9@email.com")

    assert statuses == [HTTPStatus.CREATED] * 4 + [REFUSED]
    assert refused.json == TOO_MANY
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert post(REGISTER, "user9@email.com", by=ATTACKER).status_code == HTTPStatus.CREATED
    with time_machine.travel(utc_now() + timedelta(seconds=62)):
        assert post(REGISTER, "another9@email.com").status_code == HTTPStatus.CREATED


@pytest.mark.parametrize("settings", [{"RATELIMIT_REGISTER": "10000 per hour"}])
def test_two_hundred_equal_registrations_at_once_get_through(post: Post):
    with ThreadPoolExecutor(8) as pool:
        statuses = Counter(pool.map(lambda _: post(REGISTER).status_code, range(200)))

    assert statuses == {HTTPStatus.CREATED: 1, HTTPStatus.CONFLICT: 199}


@pytest.mark.parametrize("settings", [{name: getattr(Config, name) for name in LIMITS}], ids=["default"])
def test_honest_load_from_one_address_meets_no_default_limit(post: Post):
    emails = [f"user{number}@email.com" for number in range(200)]

    registered = {post(REGISTER, email).status_code for email in emails}
    logged_in = {post(LOGIN, email).status_code for email in emails}
    unknown = [post(LOGIN, f"nobody{number}@email.com").status_code for number in range(100)]

    assert (registered, logged_in) == ({HTTPStatus.CREATED}, {OK})
    assert unknown == [UNAUTHORIZED] * 100


def test_applications_count_for_themselves(limited_app: Flask, app: Flask, user: User):
    with application_on(app.config["SQLALCHEMY_DATABASE_URI"]) as other:
        guess(post_to(limited_app), 5)
        still_open = post_to(other)(LOGIN, by=ATTACKER)

    assert still_open.status_code == OK
    assert post_to(limited_app)(LOGIN, by=ATTACKER).status_code == REFUSED


def test_other_requests_are_not_counted(limited_app: Flask, post: Post, user: User):
    client = limited_app.test_client()

    assert {client.get(USER).status_code for _ in range(20)} == {UNAUTHORIZED}
    assert post(LOGIN).status_code == OK
    assert "ratelimit" not in str(client.get(USER).headers).lower()


@pytest.mark.parametrize("settings", [{"RATELIMIT_STORAGE_URI": NOWHERE}])
def test_limits_hold_in_memory_while_redis_is_out_of_reach(post: Post, user: User):
    assert guess(post, 6) == [UNAUTHORIZED] * 5 + [REFUSED]
    assert post(REGISTER, ADMIN_EMAIL).status_code == HTTPStatus.CREATED


def test_redis_that_failed_is_left_alone_for_a_while_and_then_asked_again(monkeypatch: pytest.MonkeyPatch):
    limiter, asked = AttemptLimiter(NOWHERE), []

    def question(counters: RateLimiter) -> int:
        asked.append("redis" if counters.storage is limiter.storage else "memory")
        return counters.storage.get("something")

    for second in (0, PAUSE_SECONDS - 1, PAUSE_SECONDS):
        monkeypatch.setattr(attempts, "monotonic", lambda second=second: second)
        limiter.ask(question)

    assert asked == ["redis", "memory", "memory", "redis", "memory"]


def test_redis_that_failed_is_asked_again_though_the_clock_went_back(monkeypatch: pytest.MonkeyPatch):
    limiter, answers = AttemptLimiter(NOWHERE), []

    with time_machine.travel(utc_now(), tick=False) as clock:
        limiter.ask(lambda counters: counters.storage.get("something"))
        clock.shift(-timedelta(days=1))
        now = time.monotonic() + PAUSE_SECONDS
        monkeypatch.setattr(attempts, "monotonic", lambda: now)
        limiter.ask(lambda counters: answers.append(counters.storage is limiter.storage))

    assert answers == [True]


class Babbler(socketserver.StreamRequestHandler):
    """Answers each command as no Redis would."""

    def handle(self) -> None:
        while self.request.recv(4096):
            self.wfile.write(self.server.answer)


@pytest.fixture
def babbler(settings: Settings, request: pytest.FixtureRequest) -> Iterator[None]:
    """A server at RATELIMIT_STORAGE_URI that breaks Redis's protocol."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Babbler) as server:
        server.daemon_threads, server.answer = True, request.param
        Thread(target=server.serve_forever, daemon=True).start()
        settings["RATELIMIT_STORAGE_URI"] = f"redis://127.0.0.1:{server.server_address[1]}?protocol=2"
        yield
        server.shutdown()


BABBLE = [b":abc\r\n", b"+OK\r\n", b"*1\r\n+x\r\n", b"$-1\r\n", b"*1\r\n" * 3000, b"HTTP/1.1 400 Bad\r\n\r\n"]


@pytest.mark.parametrize("babbler", BABBLE, indirect=True, ids=lambda answer: ascii(answer[:8]))
def test_limits_hold_in_memory_while_something_else_answers_for_redis(
    babbler: None, limited_app: Flask, user: User
):
    assert guess(post_to(limited_app), 6) == [UNAUTHORIZED] * 5 + [REFUSED]
    limited_app.extensions["attempt_limiter"].storage.storage.close()


def test_who_may_try_again_at_once_is_told_one_second():
    with time_machine.travel(utc_now(), tick=False):
        assert Attempts(AttemptLimiter("memory://"), "5 per minute", "somebody").seconds_left() == 1


@pytest.fixture
def redis_port(tmp_path: Path) -> int:
    """A port of this machine on which a Redis can be started."""
    if not shutil.which("redis-server"):
        pytest.skip("no redis-server: limits are NOT tested with a real Redis")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def start_redis(redis_port: int) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """A function that starts a Redis which keeps nothing on disk."""
    command = [
        "redis-server",
        "--port",
        str(redis_port),
        "--bind",
        "127.0.0.1",
        "--save",
        "",
        "--appendonly",
        "no",
    ]
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        for _ in range(3000):  # a minute
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", redis_port)) == 0:
                    return started[-1]
            time.sleep(0.02)
        raise TimeoutError("redis-server does not answer")

    yield start
    for process in started:
        process.terminate()
        process.wait()


@pytest.fixture
def redis_settings(redis_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SMALL_LIMITS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("RATELIMIT_STORAGE_URI", f"redis://127.0.0.1:{redis_port}/0")


@pytest.mark.usefixtures("redis_settings")
def test_instances_share_their_limits_in_redis(
    app: Flask, user: User, start_redis: Callable[[], subprocess.Popen[bytes]]
):
    start_redis()
    uri = app.config["SQLALCHEMY_DATABASE_URI"]
    with application_on(uri) as one, application_on(uri) as other:
        statuses = guess(post_to(one), 3) + guess(post_to(other), 3)
        refused = post_to(one)(LOGIN, by=ATTACKER)

        assert statuses == [UNAUTHORIZED] * 5 + [REFUSED]
        assert 890 <= int(refused.headers["Retry-After"]) <= 900
        assert post_to(other)(LOGIN, by=OWNER).status_code == OK
        for instance in (one, other):
            instance.extensions["attempt_limiter"].storage.storage.close()


@pytest.mark.usefixtures("redis_settings")
def test_redis_that_goes_and_comes_back_fails_no_request(
    app: Flask,
    user: User,
    start_redis: Callable[[], subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
):
    redis = start_redis()
    with application_on(app.config["SQLALCHEMY_DATABASE_URI"]) as limited:
        post = post_to(limited)
        before = guess(post, 1)
        redis.terminate()
        redis.wait()
        without = guess(post, 6)
        start_redis()
        now = time.monotonic() + PAUSE_SECONDS
        monkeypatch.setattr(attempts, "monotonic", lambda: now)
        after = guess(post, 6)

        limited.extensions["attempt_limiter"].storage.storage.close()
    assert before == [UNAUTHORIZED]
    assert without == after == [UNAUTHORIZED] * 5 + [REFUSED]
