"""The resources under /widgets."""

from http import HTTPStatus

from flask import Response
from flask_restx import Namespace, Resource

from app.api.auth.decorator import admin_token_required, confirms_caller, token_required
from app.api.conditional import expectation, representation
from app.api.pagination import page_response
from app.api.responses import created, document, no_content
from app.api.urls import url_writer
from app.api.widgets.business import (
    create_widget,
    delete_widget,
    retrieve_widget,
    retrieve_widget_list,
    update_widget,
)
from app.api.widgets.dto import (
    pagination_model,
    pagination_reqparser,
    update_widget_reqparser,
    widget_model,
    widget_owner_model,
    widget_path_name,
    widget_reqparser,
)

widget_ns = Namespace("widgets", description="Things with a deadline")
for model in (widget_owner_model, widget_model, pagination_model):
    widget_ns.add_model(model.name, model)


@widget_ns.route("", endpoint="widget_list")
@widget_ns.response(HTTPStatus.BAD_REQUEST, "Validation error.")
class WidgetList(Resource):
    """/widgets"""

    @widget_ns.expect(pagination_reqparser)
    @widget_ns.response(HTTPStatus.OK, "Retrieved widget list.", pagination_model)
    @token_required
    def get(self) -> Response:
        """Retrieve a page of widgets."""
        page = retrieve_widget_list(**pagination_reqparser.parse_args())
        return page_response(pagination_model, page, endpoint="api.widget_list")

    @widget_ns.expect(widget_reqparser)
    @widget_ns.response(HTTPStatus.CREATED, "Added new widget.")
    @widget_ns.response(HTTPStatus.CONFLICT, "Widget name already exists.")
    @admin_token_required
    @confirms_caller
    def post(self) -> Response:
        """Create a widget."""
        fields = widget_reqparser.parse_args()
        create_widget(**fields)
        location = url_writer("api.widget", "name")(fields["name"])
        return created(f"New widget added: {fields['name']}.", location=location)


@widget_ns.route("/<name>", endpoint="widget")
@widget_ns.param("name", "Widget name, in any case", **widget_path_name.schema)
@widget_ns.response(HTTPStatus.BAD_REQUEST, "Validation error.")
class Widget(Resource):
    """/widgets/{name}"""

    @widget_ns.response(HTTPStatus.OK, "Retrieved widget.", widget_model)
    @widget_ns.response(HTTPStatus.NOT_FOUND, "Widget not found.")
    @token_required
    def get(self, name: str) -> Response:
        """Retrieve a widget."""
        return representation(widget_model, retrieve_widget(name=widget_path_name(name)))

    @widget_ns.expect(update_widget_reqparser)
    @widget_ns.response(HTTPStatus.OK, "Widget was updated.", widget_model)
    @widget_ns.response(HTTPStatus.NOT_FOUND, "Widget not found.")
    @widget_ns.response(HTTPStatus.CONFLICT, "New widget name already exists.")
    @admin_token_required
    def put(self, name: str) -> Response:
        """Update a widget."""
        changes = update_widget_reqparser.parse_args()
        widget = update_widget(widget_path_name(name), expected=expectation(widget_model), **changes)
        return document(widget_model, widget)

    @widget_ns.response(HTTPStatus.NO_CONTENT, "There is no such widget (any more).")
    @admin_token_required
    def delete(self, name: str) -> Response:
        """Delete a widget."""
        delete_widget(name=widget_path_name(name), expected=expectation(widget_model))
        return no_content()
