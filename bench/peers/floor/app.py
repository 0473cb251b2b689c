"""Five views, each of which asks the database once."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from flask import Flask, Response, request

from bench.peers.shared import statements
from bench.peers.shared.connections import UniqueViolation, fetch, prepare
from bench.peers.shared.one_statement import (
    Rows,
    allowed,
    create_parameters,
    page_answer,
    require_admin,
    user_answer,
    widget_answer,
)
from bench.peers.shared.pages import PATH, created_body, privacy_headers
from bench.peers.shared.refusals import INVALID, Refusal, already_exists, refused_token
from bench.peers.shared.rules import NewWidget, new_widget, page_wanted
from bench.peers.shared.tokens import Claims, read_token

CALLER, ONE = prepare(statements.CALLER), prepare(statements.ONE)
PAGE, CREATE = prepare(statements.PAGE), prepare(statements.CREATE)
app = Flask(__name__, static_folder=None)


@app.get("/api/v1/auth/user")
def get_user() -> Response:
    """Tell the caller who that is."""
    claims = _claims()
    return _json(user_answer(_caller(claims), claims))


@app.get(f"{PATH}/<name>")
def get_widget(name: str) -> Response:
    """Return a widget."""
    claims = _claims()
    rows = fetch(ONE, (claims.jti, name.lower(), claims.public_id))
    return _json(widget_answer(rows, name, _base_url()))


@app.get(PATH)
def get_page() -> Response:
    """Return a page of widgets."""
    claims = _claims()
    try:
        page, per_page = page_wanted(request.args)
    except Refusal:
        allowed(_caller(claims))  # who may not ask is told that first
        raise
    rows = fetch(PAGE, (claims.jti, claims.public_id, per_page, (page - 1) * per_page))
    document, headers = page_answer(rows, page, per_page, _base_url())
    return _json(document, headers=headers)


@app.post(PATH)
def create() -> Response:
    """Make a widget."""
    claims = _claims(admins_only=True)
    try:
        widget = new_widget(_json_body())
    except Refusal:
        require_admin(_caller(claims))
        raise
    if not _insert(widget, claims):
        require_admin(_caller(claims))
        raise refused_token(INVALID, admins_only=True)
    location = {"Location": f"{_base_url()}{PATH}/{widget.name}"}
    return _json(created_body(widget.name), HTTPStatus.CREATED, location)


@app.errorhandler(Refusal)
def refuse(refusal: Refusal) -> Response:
    """Tell what is refused."""
    return _json(refusal.body, refusal.status, refusal.headers)


def _claims(*, admins_only: bool = False) -> Claims:
    return read_token(request.headers.get("Authorization", ""), admins_only=admins_only)


def _caller(claims: Claims) -> Rows:
    return fetch(CALLER, (claims.jti, claims.public_id))


def _insert(widget: NewWidget, claims: Claims) -> Rows:
    try:
        return fetch(CREATE, create_parameters(widget, claims))
    except UniqueViolation:
        raise already_exists(widget.name) from None


def _json_body() -> Any:
    try:
        return orjson.loads(request.get_data())
    except orjson.JSONDecodeError:
        return None


def _base_url() -> str:
    return f"{request.scheme}://{request.host}"


def _json(body: Any, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None) -> Response:
    private = privacy_headers(with_token="Authorization" in request.headers)
    content = orjson.dumps(body)
    return Response(content, status, {**private, **(headers or {})}, content_type="application/json")
