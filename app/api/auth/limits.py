"""How often a password may be guessed, and an account be registered.

Only logins that fail count, and they count three times:

- one address on one account (RATELIMIT_LOGIN) stops who guesses one password;
- one address on all accounts (RATELIMIT_LOGIN_PER_ADDRESS) stops who tries one password everywhere;
- all addresses on one account (RATELIMIT_LOGIN_PER_ACCOUNT) stop who guesses from many addresses: each
  has only FEW_TRIES from then on.  Not none, or they could lock the owner out, who comes from another.

A login is refused before its password is looked at: a flood costs no hashes, and the answer is the
same whether there is such an account or not.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app, request

from app.errors import TooManyRequests, Unauthenticated
from app.util.attempts import AttemptLimiter, Attempts
from app.util.client_address import client_of
from app.util.keyed_digest import keyed_digest

FEW_TRIES = 3


def register_limits(app: Flask) -> None:
    """Give *app* counters of its own: a shared limiter would have the settings of the last application."""
    app.extensions["attempt_limiter"] = AttemptLimiter(app.config["RATELIMIT_STORAGE_URI"])


def count_registration() -> None:
    """Count a registration by the client, successful or not.  Raises TooManyRequests."""
    if not _is_enabled():
        return
    registrations = _attempts("RATELIMIT_REGISTER", client_of(request.remote_addr))
    if not registrations.count():
        raise TooManyRequests(retry_after=registrations.seconds_left())


@contextmanager
def failures_counted(email: str) -> Iterator[None]:
    """Let the block log *email* in, and count it if that fails.  Raises TooManyRequests.

    Logins of the same moment may all pass the check before the block, as many as the server has
    threads; one that then fails beyond a limit is told that, and not that the password is wrong.
    """
    if not _is_enabled():
        yield
        return
    client, account = client_of(request.remote_addr), _digest(email)
    on_account = _attempts("RATELIMIT_LOGIN_PER_ACCOUNT", account)
    of_client = _attempts("RATELIMIT_LOGIN_PER_ADDRESS", client)
    of_client_on_account = _attempts("RATELIMIT_LOGIN", client, account)
    if of_client.are_spent():
        raise TooManyRequests(retry_after=of_client.seconds_left())
    if of_client_on_account.are_spent(FEW_TRIES if on_account.are_spent() else None):
        raise TooManyRequests(retry_after=of_client_on_account.seconds_left())
    try:
        yield
    except Unauthenticated:
        on_account.count()
        for attempts in (of_client, of_client_on_account):
            if not attempts.count():
                raise TooManyRequests(retry_after=attempts.seconds_left()) from None
        raise


def _is_enabled() -> bool:
    return bool(current_app.config["RATELIMIT_ENABLED"])


def _attempts(setting: str, *key: str) -> Attempts:
    return Attempts(current_app.extensions["attempt_limiter"], current_app.config[setting], setting, *key)


def _digest(email: str) -> str:
    """Return what stands for an account where attempts are counted: nobody can read an address from it."""
    return keyed_digest(current_app.config["SECRET_KEY"], "limit", email.lower())
