"""What both applications share: how a request is read, and how it is answered."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

import orjson
from fastapi import Depends, FastAPI, Request, Response

from bench.peers.shared.pages import PATH, created_body, privacy_headers
from bench.peers.shared.refusals import Refusal
from bench.peers.shared.tokens import Claims, read_token


# Dependencies are coroutines also where nothing is waited for: others would cost a thread each.
async def caller(request: Request) -> Claims:
    """Return the claims of the caller's token."""
    return read_token(request.headers.get("authorization", ""))


async def admin_caller(request: Request) -> Claims:
    """Return the claims of the caller's token, where only administrators may call."""
    return read_token(request.headers.get("authorization", ""), admins_only=True)


async def json_body(request: Request) -> Any:
    """Return the body, or None where it is no JSON."""
    try:
        return orjson.loads(await request.body())
    except orjson.JSONDecodeError:
        return None


Caller = Annotated[Claims, Depends(caller)]
AdminCaller = Annotated[Claims, Depends(admin_caller)]
JsonBody = Annotated[Any, Depends(json_body)]


def base_url(request: Request) -> str:
    """Return scheme and host."""
    return f"{request.scope['scheme']}://{request.headers['host']}"


def answer(
    request: Request, body: Any, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> Response:
    """Return *body* as JSON."""
    private = privacy_headers(with_token="authorization" in request.headers)
    content = orjson.dumps(body)
    return Response(content, status, {**private, **(headers or {})}, media_type="application/json")


def created(request: Request, name: str) -> Response:
    """Return the answer to a widget that was made."""
    location = {"Location": f"{base_url(request)}{PATH}/{name}"}
    return answer(request, created_body(name), HTTPStatus.CREATED, location)


def tell_refusals(app: FastAPI) -> None:
    """Let *app* tell what is refused."""

    @app.exception_handler(Refusal)
    async def refuse(request: Request, refusal: Refusal) -> Response:
        return answer(request, refusal.body, refusal.status, refusal.headers)
