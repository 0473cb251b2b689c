"""GET /widgets."""

from http import HTTPStatus
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import db
from app.models import User, Widget
from app.util.datetime_util import utc_now
from test.util import WIDGETS

URL = f"http://localhost{WIDGETS}"


def page_url(page: int, per_page: int = 5) -> str:
    return f"{URL}?page={page}&per_page={per_page}"


@pytest.fixture
def seven_widgets(app: Flask, admin: User) -> None:
    with app.app_context():
        for number in range(1, 8):
            db.session.add(
                Widget(
                    name=f"widget{number}",
                    info_url="http://www.widget.info",
                    deadline=utc_now(),
                    owner_id=admin.id,
                )
            )
            db.session.flush()
        db.session.commit()


def get_page(client: FlaskClient, **query: Any) -> Any:
    response = client.get(WIDGETS, query_string=query)
    assert response.status_code == HTTPStatus.OK
    return response


def header_of(links: dict[str, str]) -> str:
    return ", ".join(
        f'<{links[relation]}>; rel="{relation}"'
        for relation in ("self", "prev", "next", "first", "last")
        if relation in links
    )


def test_first_page_links_to_the_next(seven_widgets: None, as_user: FlaskClient):
    response = get_page(as_user, page=1, per_page=5)

    links = {"self": page_url(1), "next": page_url(2), "first": page_url(1), "last": page_url(2)}
    assert [item["name"] for item in response.json.pop("items")] == [f"widget{n}" for n in range(1, 6)]
    assert response.json == {
        "links": links,
        "has_prev": False,
        "has_next": True,
        "page": 1,
        "total_pages": 2,
        "items_per_page": 5,
        "total_items": 7,
        "items": response.json["items"],
    }
    assert response.headers["Link"] == header_of(links)
    assert response.headers["Total-Count"] == "7"


def test_last_page_is_short_and_links_back(seven_widgets: None, as_user: FlaskClient):
    response = get_page(as_user, page=2, per_page=5)

    links = {"self": page_url(2), "prev": page_url(1), "first": page_url(1), "last": page_url(2)}
    assert [item["name"] for item in response.json["items"]] == ["widget6", "widget7"]
    assert response.json["links"] == links
    assert (response.json["has_prev"], response.json["has_next"]) == (True, False)
    assert response.headers["Link"] == header_of(links)
    assert response.headers["Total-Count"] == "7"


def test_page_one_of_ten_is_the_default(seven_widgets: None, as_user: FlaskClient):
    response = get_page(as_user)

    only = page_url(1, 10)
    assert len(response.json["items"]) == 7
    assert (response.json["page"], response.json["items_per_page"]) == (1, 10)
    assert response.json["links"] == {"self": only, "first": only, "last": only}


@pytest.mark.parametrize("page", [3, 1_000_000, 2**31 - 1])
def test_page_past_the_end_is_empty_and_links_to_the_last_real_page(
    seven_widgets: None, as_user: FlaskClient, page: int
):
    response = get_page(as_user, page=page, per_page=5)

    assert response.json["items"] == []
    assert response.json["links"] == {
        "self": page_url(page),
        "prev": page_url(2),
        "first": page_url(1),
        "last": page_url(2),
    }
    assert (response.json["page"], response.json["total_pages"]) == (page, 2)


def test_empty_collection_has_page_one_as_first_and_last(as_user: FlaskClient):
    response = get_page(as_user)

    only = page_url(1, 10)
    assert response.json["items"] == []
    assert response.json["links"] == {"self": only, "first": only, "last": only}
    assert response.json["total_items"] == 0
    assert response.headers["Total-Count"] == "0"
    assert response.headers["Link"] == header_of(response.json["links"])


@pytest.mark.parametrize("per_page", [5, 10, 25, 50, 100])
def test_page_sizes_of_the_contract_are_taken(as_user: FlaskClient, per_page: int):
    assert get_page(as_user, per_page=per_page).json["items_per_page"] == per_page


@pytest.mark.parametrize(
    "page",
    [
        "0",
        "-1",
        "x",
        "",
        " 1",
        "1.0",
        "1e1",
        "+1",
        "٣",
        "2147483648",
        "9" * 30,
        "1\0",
        "0x1",
        "null",
        "1;2",
        "１",
        "01",
    ],
)
def test_page_that_is_no_number_in_range_is_refused(as_user: FlaskClient, page: str):
    response = as_user.get(WIDGETS, query_string={"page": page})

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["errors"] == {"page": "must be a whole number from 1 to 2147483647"}


@pytest.mark.parametrize("per_page", ["0", "1", "11", "101", "-5", "x", "", "5.0", "1000000", "05"])
def test_other_page_size_is_refused(as_user: FlaskClient, per_page: str):
    response = as_user.get(WIDGETS, query_string={"per_page": per_page})

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["errors"] == {"per_page": "must be one of 5, 10, 25, 50, 100"}


def test_page_given_twice_is_refused(as_user: FlaskClient):
    response = as_user.get(f"{WIDGETS}?page=1&page=2")

    assert response.json["errors"] == {"page": "must be given only once"}


def test_unknown_parameters_are_ignored(as_user: FlaskClient):
    assert get_page(as_user, sort="name").json["page"] == 1


def test_body_is_not_read(as_user: FlaskClient):
    response = as_user.get(
        WIDGETS, data=b"page=7&per_page=x", content_type="application/x-www-form-urlencoded"
    )

    assert response.json["page"] == 1


def test_following_next_meets_every_widget_once(seven_widgets: None, as_user: FlaskClient):
    url, names = f"{URL}?per_page=5", []
    while url:
        page = as_user.get(url).json
        names += [item["name"] for item in page["items"]]
        url = page["links"].get("next")

    assert names == [f"widget{n}" for n in range(1, 8)]


MANY_WIDGETS = text(
    "INSERT INTO widget (name, info_url, created_at, deadline, owner_id)"
    " SELECT 'w' || number, 'http://a.com', now(), now(), :owner FROM generate_series(1, 50000) number"
)
PLANS_OF_PAGE = text(
    "SELECT custom_plans, generic_plans FROM pg_prepared_statements WHERE statement LIKE '%LIMIT 10)%'"
)


def test_first_page_of_many_is_not_planned_anew_each_time(app: Flask, user: User, as_user: FlaskClient):
    with app.app_context():
        if db.engine.dialect.name != "postgresql":
            pytest.skip("SQLite never plans a prepared statement anew")
        db.session.execute(MANY_WIDGETS, {"owner": user.id})
        db.session.execute(text("ANALYZE widget"))
        db.session.commit()
        db.engine.dispose()  # what other tests made the server prepare

    for _ in range(30):
        assert as_user.get(WIDGETS).status_code == HTTPStatus.OK

    with app.app_context():
        ((planned_anew, planned_once),) = db.session.execute(PLANS_OF_PAGE).all()
    assert planned_anew == 5  # before the server compares what that costs
    assert planned_once > 10
