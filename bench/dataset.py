"""The data that everybody serves: users, widgets and logged-out tokens, the same from the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

import jwt

SEED = 20_261_121
USERS = 100
WIDGETS = 10_000
BLACKLISTED = 1_000
SECRET_KEY = "only the benchmark knows this key"  # noqa: S105 - it guards nothing
ISSUER = "widget-api"
TOKEN_LIFE = timedelta(days=1)
PASSWORD_HASH = "$2b$12$" + "." * 53  # nobody logs in here


@dataclass(frozen=True, slots=True)
class User:
    """An account; every second one is an administrator's."""

    id: int
    email: str
    public_id: str
    admin: bool


@dataclass(frozen=True, slots=True)
class Dataset:
    """So many *widgets* and *blacklisted* tokens, as of the instant *now* (aware, whole seconds)."""

    now: datetime
    widgets: int = WIDGETS
    blacklisted: int = BLACKLISTED

    def users(self) -> list[User]:
        """Return all users."""
        rng = random.Random(SEED)
        return [
            User(number, f"user{number:03d}@example.com", _uuid(rng), number % 2 == 0)
            for number in range(1, USERS + 1)
        ]

    def user_rows(self) -> Iterator[tuple[object, ...]]:
        """Yield id, email, password_hash, registered_on, admin, public_id; instants naive, in UTC."""
        registered_on = _naive(self.now - timedelta(days=400))
        for user in self.users():
            yield user.id, user.email, PASSWORD_HASH, registered_on, user.admin, user.public_id

    def widget_rows(self) -> Iterator[tuple[object, ...]]:
        """Yield id, name, info_url, created_at, deadline, owner_id.  One deadline in eight has passed."""
        rng = random.Random(SEED)
        began = _naive(self.now - timedelta(seconds=self.widgets))
        midnight = datetime.combine(began.date(), time.min)
        days = [midnight + timedelta(days=day, seconds=-1) for day in range(-100, 700)]
        for number in range(1, self.widgets + 1):
            yield (
                number,
                widget_name(number),
                f"https://www.example.com/things/{number}",
                began + timedelta(seconds=number),
                rng.choice(days),
                rng.randrange(1, USERS + 1),
            )

    def blacklist_rows(self) -> Iterator[tuple[object, ...]]:
        """Yield id, jti, blacklisted_on, expires_at."""
        rng = random.Random(SEED + 1)
        on, until = _naive(self.now), _naive(self.now + TOKEN_LIFE)
        for number in range(1, self.blacklisted + 1):
            yield number, _uuid(rng), on, until

    def revoked_jti(self) -> str:
        """Return the jti of the first logged-out token."""
        return _uuid(random.Random(SEED + 1))


def widget_name(number: int) -> str:
    """Return the name of the widget *number*, counted from 1."""
    return f"Widget-{number}"


def tokens(users: list[User], *, count: int, now: datetime) -> list[str]:
    """Return *count* different access tokens of *users*, round and round."""
    rng = random.Random(SEED + 2)
    return [
        token(users[index % len(users)], jti=_uuid(rng), issued_at=now, life=TOKEN_LIFE)
        for index in range(count)
    ]


def token(user: User, *, jti: str, issued_at: datetime, life: timedelta, key: str = SECRET_KEY) -> str:
    """Return an access token as this project issues it."""
    claims = {
        "iss": ISSUER,
        "sub": user.public_id,
        "admin": user.admin,
        "iat": issued_at,
        "exp": issued_at + life,
        "jti": jti,
    }
    return jwt.encode(claims, key, algorithm="HS256")


def _uuid(rng: random.Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
