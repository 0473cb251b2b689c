"""The requests: five operations, by 100 different tokens, on widgets and pages by chance (seeded)."""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass
from typing import Any

from bench.dataset import Dataset, tokens, widget_name

OPERATIONS = {
    "one": "one widget",
    "page10": "page of 10",
    "page100": "page of 100",
    "user": "/auth/user",
    "create": "create",
}
TOKENS = 100
HOST = "127.0.0.1:8000"
WIDGETS = "/api/v1/widgets"
USER = "/api/v1/auth/user"


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a client sends it, and the status that its answer has to have."""

    method: str
    path: str
    query: str = ""
    token: str = ""
    body: str = ""
    status: int = 200

    def as_dict(self) -> dict[str, Any]:
        """Return the fields by name."""
        return asdict(self)


class Workload:
    """Makes the requests to a *dataset*; two with one dataset make the same ones."""

    def __init__(self, dataset: Dataset) -> None:
        users = dataset.users()
        self.dataset = dataset
        self.tokens = tokens(users, count=TOKENS, now=dataset.now)
        admins = [user for user in users if user.admin]
        self.admin_tokens = tokens(admins, count=TOKENS, now=dataset.now)

    def requests(self, operation: str, *, count: int, seed: str) -> list[Request]:
        """Return *count* requests of *operation*; names of new widgets bear the *seed*."""
        rng = random.Random(f"{operation} {seed}")
        make = getattr(self, f"_{operation}")
        return [make(rng, f"{seed}-{number}") for number in range(count)]

    def page(self, rng: random.Random, *, page: int, per_page: int) -> Request:
        """Return the request for a page."""
        return Request("GET", WIDGETS, f"page={page}&per_page={per_page}", rng.choice(self.tokens))

    def _one(self, rng: random.Random, _name: str) -> Request:
        number = rng.randrange(1, self.dataset.widgets + 1)
        return Request("GET", f"{WIDGETS}/{widget_name(number)}", token=rng.choice(self.tokens))

    def _page10(self, rng: random.Random, _name: str) -> Request:
        return self.page(rng, page=rng.randrange(1, self.dataset.widgets // 10 + 1), per_page=10)

    def _page100(self, rng: random.Random, _name: str) -> Request:
        return self.page(rng, page=rng.randrange(1, self.dataset.widgets // 100 + 1), per_page=100)

    def _user(self, rng: random.Random, _name: str) -> Request:
        return Request("GET", USER, token=rng.choice(self.tokens))

    def _create(self, rng: random.Random, name: str) -> Request:
        day = f"{rng.randrange(2030, 2090)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"
        fields = {"name": f"new-{name}", "info_url": "https://www.example.com/new", "deadline": day}
        token = rng.choice(self.admin_tokens)
        return Request("POST", WIDGETS, token=token, body=json.dumps(fields), status=201)
