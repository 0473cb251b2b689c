"""The resources."""

from http import HTTPStatus
from typing import Any

from flask import g, request, url_for
from flask_restx import Namespace, Resource, marshal
from flask_sqlalchemy.pagination import Pagination

from bench.peers.plain.business import (
    admin_token_required,
    create_widget,
    retrieve_widget,
    retrieve_widget_list,
    token_required,
)
from bench.peers.plain.dto import (
    pagination_links_model,
    pagination_model,
    pagination_reqparser,
    user_model,
    widget_model,
    widget_owner_model,
    widget_reqparser,
)
from bench.peers.plain.models import User, Widget
from bench.peers.shared.formats import timespan
from bench.peers.shared.pages import created_body, links_in_body, page_headers
from bench.peers.shared.rules import utc_now

auth_ns = Namespace("auth", description="Accounts and access tokens")
auth_ns.add_model(user_model.name, user_model)
widget_ns = Namespace("widgets", description="Things with a deadline")
for _model in (widget_owner_model, widget_model, pagination_links_model, pagination_model):
    widget_ns.add_model(_model.name, _model)


@auth_ns.route("/user", endpoint="auth_user")
class GetUser(Resource):
    """/auth/user"""

    @auth_ns.marshal_with(user_model)
    @token_required
    def get(self) -> User:
        """Tell the caller who that is."""
        user = g.user
        user.token_expires_in = timespan(g.token_expires_at - utc_now())
        return user


@widget_ns.route("", endpoint="widget_list")
class WidgetList(Resource):
    """/widgets"""

    @widget_ns.expect(pagination_reqparser)
    @token_required
    def get(self) -> tuple[Any, int, dict[str, str]]:
        """Retrieve a page of widgets."""
        pagination = retrieve_widget_list(**pagination_reqparser.parse_args())
        links = _nav_links(pagination)
        data = marshal(pagination, pagination_model)
        data["links"] = links_in_body(links, request.url_root.rstrip("/"), is_admin=g.user.admin)
        return data, HTTPStatus.OK, page_headers(links, pagination.total)

    @widget_ns.expect(widget_reqparser)
    @admin_token_required
    def post(self) -> tuple[Any, int, dict[str, str]]:
        """Create a widget."""
        widget = create_widget(**widget_reqparser.parse_args())
        location = url_for("api.widget", name=widget.name, _external=True)
        return created_body(widget.name), HTTPStatus.CREATED, {"Location": location}


@widget_ns.route("/<name>", endpoint="widget")
class WidgetResource(Resource):
    """/widgets/{name}"""

    @widget_ns.marshal_with(widget_model)
    @token_required
    def get(self, name: str) -> Widget:
        """Retrieve a widget."""
        return retrieve_widget(name)


def _nav_links(pagination: Pagination) -> dict[str, str]:
    last = max(pagination.pages, 1)
    numbers = {
        "self": pagination.page,
        "prev": min(pagination.prev_num, last) if pagination.has_prev else None,
        "next": pagination.next_num if pagination.has_next else None,
        "first": 1,
        "last": last,
    }
    return {
        relation: url_for("api.widget_list", page=number, per_page=pagination.per_page, _external=True)
        for relation, number in numbers.items()
        if number is not None
    }
