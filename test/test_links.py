"""Clients that build no URL: they know /api/v1, and follow links to whatever their user may do."""

from collections.abc import Callable
from http import HTTPStatus

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from app.models import User
from app.util.datetime_util import utc_now
from test.databases import application_on
from test.util import WIDGET, WIDGETS, widget
from test.walker import Walker

ROOT = "/api/v1"
URL = f"http://localhost{WIDGET}"
FOR_EVERYBODY = {"get_root", "register", "login"}
FOR_EVERY_USER = {"get_root", "get_user", "logout", "list_widgets", "get_widget"}
FOR_ADMINISTRATORS = {"create_widget", "update_widget", "delete_widget"}


def test_nobody_walks_from_the_root_to_an_account(as_nobody: FlaskClient):
    walker = Walker(as_nobody)
    links = walker.enter()

    walker.follow(links, "register")
    walker.follow(links, "login")

    assert walker.done == FOR_EVERYBODY


@pytest.mark.usefixtures("first_widget")
def test_regular_user_walks_to_all_that_such_a_user_may_do_and_to_nothing_else(as_user: FlaskClient):
    walker = Walker(as_user)
    links = walker.enter()

    page = walker.follow(links, "widgets").json
    one = walker.follow(page["items"][0]["links"], "self").json
    walker.follow(links, "user")
    walker.follow(links, "logout")

    assert walker.done == FOR_EVERY_USER
    assert page["items"][0]["links"] == one["links"] == {"self": URL}
    assert page["links"].keys() == {"self", "first", "last"}


def test_administrator_walks_through_every_operation_that_there_is(as_admin: FlaskClient):
    walker = Walker(as_admin)
    links = walker.enter()

    walker.follow(links, "register", email="another@example.com")
    walker.follow(links, "login", email="another@example.com")
    created = walker.follow(walker.follow(links, "widgets").json["links"], "create")
    (one,) = walker.follow(links, "widgets").json["items"]
    renamed = walker.follow(one["links"], "update", name="renamed").json
    walker.follow(renamed["links"], "self")
    walker.follow(renamed["links"], "delete")
    walker.follow(links, "user")
    walker.follow(links, "logout")

    assert created.headers["Location"] == one["links"]["self"] == one["link"]
    assert walker.done >= FOR_EVERYBODY | FOR_EVERY_USER | FOR_ADMINISTRATORS
    foreign = {operation.name for operation in walker.operations} - walker.done
    assert not [name for name in foreign if "widget" in name]


def test_pages_lead_through_the_whole_collection_and_back(as_admin: FlaskClient):
    names = [f"widget-{number}" for number in range(12)]
    for name in names:
        as_admin.post(WIDGETS, json=widget(name=name))
    walker = Walker(as_admin)

    with time_machine.travel(utc_now(), tick=False):  # the time that is left is part of a widget
        pages = [walker.follow(walker.enter(), "widgets").json]
        while "next" in pages[-1]["links"]:
            pages.append(walker.follow(pages[-1]["links"], "next").json)
        back = walker.follow(pages[-1]["links"], "first").json

    assert [item["name"] for page in pages for item in page["items"]] == names
    assert back["items"] == pages[0]["items"]


def test_root_links_to_every_path_that_needs_nothing_else_and_to_the_documents(as_nobody: FlaskClient):
    links = as_nobody.get(ROOT).json["links"]
    documented = as_nobody.get(links["service-desc"]).json["paths"]
    documents = {links.pop(relation) for relation in ("service-doc", "service-desc", "swagger.json")}

    assert {*links.values()} == {f"http://localhost{ROOT}{path}" for path in documented if "{" not in path}
    for url in documents:
        assert as_nobody.get(url).status_code == HTTPStatus.OK


@pytest.mark.parametrize("path", [ROOT, f"{ROOT}/"])
def test_root_is_the_same_for_everybody(as_nobody: FlaskClient, as_admin: FlaskClient, path: str):
    answers = [
        as_nobody.get(path),
        as_admin.get(path),
        as_nobody.get(path, headers={"Authorization": "Bearer nonsense"}),
    ]

    assert [answer.status_code for answer in answers] == [HTTPStatus.OK] * 3
    assert len({answer.text for answer in answers}) == 1
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-cache"}


@pytest.mark.parametrize("path", [ROOT, f"{ROOT}/"])
def test_root_takes_the_methods_of_what_is_only_read(as_nobody: FlaskClient, path: str):
    head, options, patch = (as_nobody.open(path, method=name) for name in ("HEAD", "OPTIONS", "PATCH"))

    assert (head.status_code, head.data) == (HTTPStatus.OK, b"")
    assert options.status_code == HTTPStatus.OK
    assert patch.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert {*patch.headers["Allow"].split(", ")} == {"GET", "HEAD", "OPTIONS"}


def test_paths_with_the_same_end_have_links_of_their_own(database_url: str, as_nobody: FlaskClient):
    before = as_nobody.get(ROOT).json["links"]
    with application_on(database_url) as app:
        for path in ("a/export", "b/export", "b/widgets", "b/self"):
            app.add_url_rule(f"{ROOT}/{path}", f"api.{path.replace('/', '_')}", lambda: "")
        links = app.test_client().get(ROOT).json["links"]

    ends = {
        "export": "a/export",
        "b/export": "b/export",
        "b/widgets": "b/widgets",
        "b/self": "b/self",
    }
    assert links == before | {name: f"http://localhost{ROOT}/{end}" for name, end in ends.items()}


def test_root_needs_no_database():
    with application_on("postgresql://nobody@127.0.0.1:1/nothing") as app:
        assert app.test_client().get(ROOT).status_code == HTTPStatus.OK


def test_links_are_below_the_host_and_the_path_by_which_the_api_was_asked_for(
    as_user: FlaskClient, first_widget: dict[str, str]
):
    mounted = "https://127.0.0.1:8443/below"

    links = as_user.get(ROOT, base_url=mounted).json["links"]
    one = as_user.get(WIDGET, base_url=mounted).json

    assert all(url.startswith(f"{mounted}{ROOT}") for url in links.values())
    assert one["links"] == {"self": f"{mounted}{WIDGET}"}


def test_page_says_where_to_create_in_its_body_alone(as_admin: FlaskClient):
    response = as_admin.get(WIDGETS)

    assert list(response.json["links"].items())[-1] == ("create", f"http://localhost{WIDGETS}")
    assert "create" not in response.headers["Link"]


@pytest.mark.usefixtures("first_widget")
def test_links_follow_the_rights_that_the_database_knows_now(
    app: Flask, client_of: Callable[[User], FlaskClient], add_user: Callable[..., User]
):
    caller = add_user("caller@example.com", admin=True)
    client = client_of(caller)
    before = client.get(WIDGET).json["links"]
    with app.app_context():
        User.query.filter_by(id=caller.id).update({"admin": False})
        User.query.session.commit()

    after, page = client.get(WIDGET).json["links"], client.get(WIDGETS).json

    assert before.keys() == {"self", "update", "delete"}
    assert after.keys() == page["items"][0]["links"].keys() == {"self"}
    assert "create" not in page["links"]
