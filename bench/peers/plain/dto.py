"""What is taken and what is told: the shape of a widget stands here."""

from collections.abc import Callable
from typing import Any

from flask import g, request
from flask_restx import Model, fields
from flask_restx.reqparse import RequestParser

from bench.peers.shared.pages import widget_links
from bench.peers.shared.refusals import invalid_input
from bench.peers.shared.rules import (
    MISSING,
    NOT_AN_OBJECT,
    future_deadline,
    info_url,
    page_number,
    page_size,
    widget_name,
)


class _Reason(str):
    """Why a value is refused.  It is no exception: those restx words in its own way."""

    __slots__ = ()


class _Checked(RequestParser):
    """A parser that tells all its errors as the contract words them."""

    def parse_args(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        if request.method == "POST" and not isinstance(request.get_json(silent=True), dict):
            raise invalid_input({"body": NOT_AN_OBJECT})
        values = super().parse_args(*args, **kwargs)
        if errors := {name: value for name, value in values.items() if isinstance(value, _Reason)}:
            raise invalid_input(errors)
        return dict(values)


def _judged(rule: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return *rule* as a type that gives the reason instead of raising it."""

    def judge(value: Any) -> Any:
        try:
            return rule(value)
        except ValueError as error:
            return _Reason(error)

    return judge


widget_reqparser = _Checked()
for _name, _rule in {"name": widget_name, "info_url": info_url, "deadline": future_deadline}.items():
    widget_reqparser.add_argument(_name, type=_judged(_rule), location="json", default=_Reason(MISSING))

pagination_reqparser = _Checked()
pagination_reqparser.add_argument("page", type=_judged(page_number), location="args", default=1)
pagination_reqparser.add_argument("per_page", type=_judged(page_size), location="args", default=10)

user_model = Model(
    "User",
    {
        "email": fields.String,
        "public_id": fields.String,
        "admin": fields.Boolean,
        "registered_on": fields.String(attribute="registered_on_str"),
        "token_expires_in": fields.String,
    },
)


class WidgetLinks(fields.Url):
    """What the caller may do with a widget, by relation."""

    def output(self, key: str, obj: Any, **kwargs: Any) -> dict[str, str]:
        """Return the URLs."""
        return widget_links(super().output(key, obj, **kwargs), is_admin=g.user.admin)


widget_owner_model = Model("Widget Owner", {"email": fields.String, "public_id": fields.String})

widget_model = Model(
    "Widget",
    {
        "name": fields.String,
        "info_url": fields.String,
        "created_at": fields.String(attribute="created_at_str"),
        "created_at_iso8601": fields.String,
        "created_at_rfc822": fields.DateTime(attribute="created_at", dt_format="rfc822"),
        "deadline": fields.String(attribute="deadline_str"),
        "deadline_iso8601": fields.String,
        "deadline_passed": fields.Boolean,
        "time_remaining": fields.String,
        "owner": fields.Nested(widget_owner_model),
        "link": fields.Url("api.widget", absolute=True),
        "links": WidgetLinks("api.widget", absolute=True),
    },
)

pagination_links_model = Model(
    "Nav Links",
    {"self": fields.String, "prev": fields.String, "next": fields.String}
    | {"first": fields.String, "last": fields.String, "create": fields.String},
)

pagination_model = Model(
    "Pagination",
    {
        "links": fields.Nested(pagination_links_model, skip_none=True),
        "has_prev": fields.Boolean,
        "has_next": fields.Boolean,
        "page": fields.Integer,
        "total_pages": fields.Integer(attribute="pages"),
        "items_per_page": fields.Integer(attribute="per_page"),
        "total_items": fields.Integer(attribute="total"),
        "items": fields.List(fields.Nested(widget_model)),
    },
)
