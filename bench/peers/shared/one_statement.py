"""From the rows of ``statements`` to a document, or to what is refused."""

from typing import Any

from bench.peers.shared.by_hand import page_document, user_document, widget_document
from bench.peers.shared.connections import stored
from bench.peers.shared.pages import PageNumbers, links_in_body, page_headers
from bench.peers.shared.refusals import BLACKLISTED, INVALID, not_administrator, not_found, refused_token
from bench.peers.shared.rules import NewWidget, utc_now
from bench.peers.shared.tokens import Claims

Rows = list[Any]
Document = dict[str, Any]


def user_answer(rows: Rows, claims: Claims) -> Document:
    """Return the user of the rows of CALLER."""
    _, *row = allowed(rows)
    return user_document(row, claims.public_id, claims.expires_at, utc_now())


def widget_answer(rows: Rows, name: str, base_url: str) -> Document:
    """Return the widget of the rows of ONE."""
    _, is_admin, *row = allowed(rows)
    if row[0] is None:
        raise not_found(name)
    return widget_document(row, utc_now(), base_url, is_admin=is_admin)


def page_answer(rows: Rows, page: int, per_page: int, base_url: str) -> tuple[Document, dict[str, str]]:
    """Return the page of the rows of PAGE, and its headers."""
    _, is_admin, total, name, *_ = allowed(rows)
    numbers = PageNumbers(page, per_page, total)
    links = numbers.links(base_url)
    items = [row[3:] for row in rows] if name is not None else []
    in_body = links_in_body(links, base_url, is_admin=is_admin)
    document = page_document(numbers, in_body, items, utc_now(), base_url, is_admin=is_admin)
    return document, page_headers(links, total)


def create_parameters(widget: NewWidget, claims: Claims) -> tuple[Any, ...]:
    """Return what goes with CREATE."""
    instants = stored(utc_now()), stored(widget.deadline)
    return widget.name, widget.info_url, *instants, claims.public_id, claims.jti


def require_admin(rows: Rows) -> None:
    """Refuse all but an administrator, by the rows of CALLER."""
    _, _, admin, _ = allowed(rows, admins_only=True)
    if not admin:
        raise not_administrator()


def allowed(rows: Rows, *, admins_only: bool = False) -> Any:
    """Return the first row, if there is such a user and the token is not logged out."""
    if not rows:
        raise refused_token(INVALID, admins_only=admins_only)
    if rows[0][0]:
        raise refused_token(BLACKLISTED, admins_only=admins_only)
    return rows[0]
