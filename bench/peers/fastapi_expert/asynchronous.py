"""The application whose views are coroutines."""

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request, Response

from bench.peers.fastapi_expert.common import (
    AdminCaller,
    Caller,
    JsonBody,
    answer,
    base_url,
    created,
    tell_refusals,
)
from bench.peers.shared import statements
from bench.peers.shared.one_statement import (
    Rows,
    allowed,
    create_parameters,
    page_answer,
    require_admin,
    user_answer,
    widget_answer,
)
from bench.peers.shared.pages import PATH
from bench.peers.shared.refusals import INVALID, Refusal, already_exists, refused_token
from bench.peers.shared.rules import new_widget, page_wanted
from bench.peers.shared.tokens import Claims

Fetch = Callable[[Any, tuple[Any, ...]], Awaitable[Rows]]


def make_app(
    fetch: Fetch, prepare: Callable[[str], Any], unique_violation: type[Exception], lifespan: Any
) -> FastAPI:
    """Return the application that asks its database by *fetch*, which takes what *prepare* has made."""
    caller, one = prepare(statements.CALLER), prepare(statements.ONE)
    page, create = prepare(statements.PAGE), prepare(statements.CREATE)
    app = FastAPI(lifespan=lifespan)
    tell_refusals(app)

    async def ask_caller(claims: Claims) -> Rows:
        return await fetch(caller, (claims.jti, claims.public_id))

    @app.get("/api/v1/auth/user")
    async def get_user(request: Request, claims: Caller) -> Response:
        return answer(request, user_answer(await ask_caller(claims), claims))

    @app.get(f"{PATH}/{{name}}")
    async def get_widget(request: Request, name: str, claims: Caller) -> Response:
        rows = await fetch(one, (claims.jti, name.lower(), claims.public_id))
        return answer(request, widget_answer(rows, name, base_url(request)))

    @app.get(PATH)
    async def get_page(request: Request, claims: Caller) -> Response:
        try:
            number, per_page = page_wanted(request.query_params)
        except Refusal:
            allowed(await ask_caller(claims))
            raise
        rows = await fetch(page, (claims.jti, claims.public_id, per_page, (number - 1) * per_page))
        document, headers = page_answer(rows, number, per_page, base_url(request))
        return answer(request, document, headers=headers)

    @app.post(PATH)
    async def create_widget(request: Request, claims: AdminCaller, body: JsonBody) -> Response:
        try:
            widget = new_widget(body)
        except Refusal:
            require_admin(await ask_caller(claims))
            raise
        try:
            rows = await fetch(create, create_parameters(widget, claims))
        except unique_violation:
            raise already_exists(widget.name) from None
        if not rows:
            require_admin(await ask_caller(claims))
            raise refused_token(INVALID, admins_only=True)
        return created(request, widget.name)

    return app
