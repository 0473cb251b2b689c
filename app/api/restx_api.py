"""flask-restx's Api, but for what is done otherwise here: errors, the documents, the page that shows them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from flask import Blueprint, Flask, Response, url_for
from flask_restx import Api, Namespace
from flask_restx.model import RawModel

from app.api.documents.schemas import refuse_same_names
from app.api.documents.views import document_of, document_view
from app.api.serializer import serializer_of
from app.ui import ui_page

HANDLED_ELSEWHERE = (
    "Error handlers of flask-restx are not asked here: raise an error of app/errors.py, or one derived from "
    "it, which app/api/error_handlers.py tells."
)
TOO_EARLY = (
    "flask-restx would validate before anybody knows who is calling: {} is guarded, so let it read its input "
    "by an ArgumentParser."
)


class RestxApi(Api):
    """An Api that leaves errors to Flask, whose handlers see those of every path; its page is ours."""

    def error_router(self, original_handler: Callable[[Exception], Any], e: Exception) -> Any:
        """Hand *e* to Flask's own *original_handler*."""
        return original_handler(e)

    def add_namespace(self, ns: Namespace, path: str | None = None) -> None:
        """Serve the resources of *ns*, whose models are compiled now: what is wrong shows at start.

        Raises NotImplementedError if it has error handlers of its own, or validates before it authenticates;
        ValueError if the documents could not tell one of its models from another.
        """
        if ns.error_handlers or ns.default_error_handler:
            raise NotImplementedError(HANDLED_ELSEWHERE)
        for view in _views_of(ns):
            if view.__apidoc__.get("validate") and view.__apidoc__.get("security"):
                raise NotImplementedError(TOO_EARLY.format(view.__qualname__))
        replaced = [name for name, model in ns.models.items() if self.models.get(name, model) is not model]
        refuse_same_names([*self.models | ns.models, *replaced])
        super().add_namespace(ns, path)
        for model in ns.models.values():
            if isinstance(model, RawModel):
                serializer_of(model)

    def ns_urls(self, ns: Namespace, urls: Sequence[str]) -> list[str]:
        """Return the paths of *urls* in *ns*, with one slash where two meet: no request has two there."""
        return [path.replace("//", "/") for path in super().ns_urls(ns, urls)]

    def errorhandler(self, exception: Any) -> Any:
        """Raise NotImplementedError."""
        raise NotImplementedError(HANDLED_ELSEWHERE)

    def render_doc(self) -> Response:
        """Return our page of Swagger UI: in restx's stands a script, which our policy does not take."""
        return ui_page(title=self.title, document=url_for(self.endpoint("openapi")))

    @property
    def __schema__(self) -> dict[str, Any]:
        """The Swagger 2.0 document, complete."""
        return document_of(self, "swagger.json")

    def _register_specs(self, app_or_blueprint: Flask | Blueprint) -> None:
        """Serve both documents."""
        for name, endpoint in {"swagger.json": "specs", "openapi.json": "openapi"}.items():
            app_or_blueprint.add_url_rule(f"/{name}", endpoint, document_view(self, name))

    def _register_doc(self, app_or_blueprint: Flask | Blueprint) -> None:
        """Serve our page, and at the root a resource of ours instead of restx's 404."""
        app_or_blueprint.add_url_rule(self._doc, "doc", self.render_doc)

    def _register_apidoc(self, app: Flask) -> None:
        """Serve none of the files of restx's page."""


def _views_of(ns: Namespace) -> Iterator[Any]:
    """Yield the methods of the resources of *ns* of which something is documented."""
    for resource, *_ in ns.resources:
        views = (getattr(resource, method.lower()) for method in resource.methods or ())
        yield from (view for view in views if getattr(view, "__apidoc__", False))
