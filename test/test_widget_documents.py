"""What the documents say of widgets."""

from app.api.widgets.dto import FUTURE_DATE, URL_PATTERN
from test.test_documents import operations
from test.test_openapi import inputs


def test_bodies_are_documented_as_form_data_with_their_limits(document: dict):
    (name,) = [
        parameter
        for parameter in operations(document)["/widgets", "post"]["parameters"]
        if parameter["name"] == "name"
    ]

    assert name == {
        "name": "name",
        "in": "formData",
        "type": "string",
        "required": True,
        "minLength": 1,
        "maxLength": 100,
        "pattern": "^[A-Za-z0-9_-]+$",
        "x-example": "first-widget",
    }


def test_models_are_those_of_the_tutorial(document: dict):
    assert {"User", "Widget", "Widget Owner", "Nav Links", "Pagination"} <= set(document["definitions"])


def test_time_that_is_no_date_time_is_a_plain_string(document: dict):
    properties = document["definitions"]["Widget"]["properties"]

    assert "format" not in properties["created_at_rfc822"]
    assert properties["created_at_iso8601"]["format"] == "date-time"


def test_text_of_a_known_format_says_so(document: dict):
    widget, owner = (document["definitions"][name]["properties"] for name in ("Widget", "Widget Owner"))

    assert (owner["email"]["format"], owner["public_id"]["format"]) == ("email", "uuid")
    assert widget["link"]["format"] == "uri"


def test_links_of_a_widget_that_are_always_there_are_required(document: dict):
    links = document["definitions"]["Widget"]["properties"]["links"]

    assert links["required"] == ["self"]
    assert [*links["properties"]] == ["self", "update", "delete"]


def test_fields_of_widgets_have_their_limits(openapi: dict):
    models = inputs(openapi)

    assert models["create_widget"]["required"] == ["name", "info_url", "deadline"]
    assert models["update_widget"]["required"] == ["info_url", "deadline"]
    assert models["update_widget"]["properties"]["name"] == models["create_widget"]["properties"]["name"]
    assert models["create_widget"]["properties"]["name"]["maxLength"] == 100


def test_url_and_deadline_are_described_by_what_is_read_and_no_more(openapi: dict):
    fields = inputs(openapi)["create_widget"]["properties"]

    assert fields["info_url"]["pattern"] == f"^{URL_PATTERN}$"
    assert fields["deadline"]["format"] == FUTURE_DATE
    assert "pattern" not in fields["deadline"]
