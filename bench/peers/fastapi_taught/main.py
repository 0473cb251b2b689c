"""The application."""

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bench.peers.fastapi_taught.routes import router
from bench.peers.shared.pages import privacy_headers
from bench.peers.shared.refusals import Refusal, invalid_input
from bench.peers.shared.rules import MISSING, NOT_AN_OBJECT


class KeepPrivate:
    """Tells caches to keep an answer for its owner alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and add the headers to its answer."""

        async def send_private(message: Message) -> None:
            if message["type"] == "http.response.start":
                with_token = any(name == b"authorization" for name, _ in scope["headers"])
                MutableHeaders(scope=message).update(privacy_headers(with_token=with_token))
            await send(message)

        await self.app(scope, receive, send_private)


app = FastAPI(title="Flask API with JWT-Based Authentication")
app.add_middleware(KeepPrivate)
app.include_router(router)


@app.exception_handler(Refusal)
async def refuse(_request: Request, refusal: Refusal) -> Response:
    """Tell what is refused."""
    return JSONResponse(refusal.body, refusal.status, refusal.headers)


@app.exception_handler(RequestValidationError)
async def refuse_input(request: Request, invalid: RequestValidationError) -> Response:
    """Tell which fields are refused, in the contract's words."""
    errors = {}
    for error in invalid.errors():
        if error["type"] == "value_error":
            errors[error["loc"][-1]] = str(error["ctx"]["error"])
        elif error["type"] == "missing" and len(error["loc"]) > 1:
            errors[error["loc"][-1]] = MISSING
        else:
            errors["body"] = NOT_AN_OBJECT
    return await refuse(request, invalid_input(errors))
