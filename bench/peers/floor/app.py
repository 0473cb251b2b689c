"""Five views, each of which asks the database once."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from flask import Flask, Response, request

from bench.peers.shared import statements
from bench.peers.shared.by_hand import page_document, user_document, widget_document
from bench.peers.shared.connections import UniqueViolation, fetch, prepare, stored
from bench.peers.shared.pages import PATH, PageNumbers, created_body, page_headers, privacy_headers
from bench.peers.shared.refusals import (
    BLACKLISTED,
    INVALID,
    Refusal,
    already_exists,
    not_administrator,
    not_found,
    refused_token,
)
from bench.peers.shared.rules import NewWidget, new_widget, page_wanted, utc_now
from bench.peers.shared.tokens import Claims, read_token

CALLER, ONE, PAGE, CREATE = map(
    prepare, (statements.CALLER, statements.ONE, statements.PAGE, statements.CREATE)
)
app = Flask(__name__, static_folder=None)


@app.get("/api/v1/auth/user")
def get_user() -> Response:
    """Tell the caller who that is."""
    claims = _claims()
    _, *row = _caller(claims)
    return _json(user_document(row, claims.public_id, claims.expires_at, utc_now()))


@app.get(f"{PATH}/<name>")
def get_widget(name: str) -> Response:
    """Return a widget."""
    claims = _claims()
    revoked, *row = _first(fetch(ONE, (claims.jti, name.lower(), claims.public_id)))
    _refuse_revoked(revoked)
    if row[0] is None:
        raise not_found(name)
    return _json(widget_document(row, utc_now(), _base_url()))


@app.get(PATH)
def get_page() -> Response:
    """Return a page of widgets."""
    claims = _claims()
    try:
        page, per_page = page_wanted(request.args)
    except Refusal:
        _caller(claims)  # who is not allowed to ask is told that first
        raise
    rows = fetch(PAGE, (claims.jti, claims.public_id, per_page, (page - 1) * per_page))
    revoked, total, *first = _first(rows)
    _refuse_revoked(revoked)
    numbers, base_url = PageNumbers(page, per_page, total), _base_url()
    links = numbers.links(base_url)
    items = [row[2:] for row in rows] if first[0] is not None else []
    return _json(
        page_document(numbers, links, items, utc_now(), base_url), headers=page_headers(links, total)
    )


@app.post(PATH)
def create() -> Response:
    """Make a widget."""
    claims = _claims(admins_only=True)
    try:
        widget = new_widget(_json_body())
    except Refusal:
        _require_admin(claims)
        raise
    if not _insert(widget, claims):
        _require_admin(claims)
        raise refused_token(INVALID, admins_only=True)
    location = {"Location": f"{_base_url()}{PATH}/{widget.name}"}
    return _json(created_body(widget.name), HTTPStatus.CREATED, location)


@app.errorhandler(Refusal)
def refuse(refusal: Refusal) -> Response:
    """Tell what is refused."""
    return _json(refusal.body, refusal.status, refusal.headers)


def _insert(widget: NewWidget, claims: Claims) -> bool:
    row = (widget.name, widget.info_url, stored(utc_now()), stored(widget.deadline))
    try:
        return bool(fetch(CREATE, (*row, claims.public_id, claims.jti)))
    except UniqueViolation:
        raise already_exists(widget.name) from None


def _json_body() -> Any:
    try:
        return orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        return None


def _claims(*, admins_only: bool = False) -> Claims:
    return read_token(request.headers.get("Authorization", ""), admins_only=admins_only)


def _caller(claims: Claims, *, admins_only: bool = False) -> Any:
    row = _first(fetch(CALLER, (claims.jti, claims.public_id)), admins_only=admins_only)
    _refuse_revoked(row[0], admins_only=admins_only)
    return row


def _require_admin(claims: Claims) -> None:
    _, _, admin, _ = _caller(claims, admins_only=True)
    if not admin:
        raise not_administrator()


def _first(rows: list[Any], *, admins_only: bool = False) -> Any:
    """Return the first row; without a user there is none."""
    if not rows:
        raise refused_token(INVALID, admins_only=admins_only)
    return rows[0]


def _refuse_revoked(revoked: bool, *, admins_only: bool = False) -> None:
    if revoked:
        raise refused_token(BLACKLISTED, admins_only=admins_only)


def _base_url() -> str:
    return f"{request.scheme}://{request.host}"


def _json(body: Any, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None) -> Response:
    private = privacy_headers(with_token="Authorization" in request.headers)
    return Response(
        orjson.dumps(body), status, {**private, **(headers or {})}, content_type="application/json"
    )
