"""The Python clients do all that the API does, and hand out what has types."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from test.util import ADMIN_EMAIL, BLACKLISTED, INVALID_INPUT, NOT_ADMINISTRATOR, PASSWORD, account, widget
from test_clients.python_clients import Refused, WidgetClient

LAST_SECOND = datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_registered_user_is_told_who_he_is(
    nobody: WidgetClient, client_of: Callable[..., WidgetClient], new_account: dict[str, str]
):
    token = nobody.register(**new_account)

    told = client_of(token.access_token).user()

    assert isinstance(token, nobody.models.Token)
    assert (token.token_type, token.expires_in) == ("bearer", 3600)
    assert isinstance(told, nobody.models.User)
    assert (told.email, told.admin) == (new_account["email"], False)
    assert isinstance(told.public_id, UUID)


def test_login_gives_a_token(nobody: WidgetClient):
    token = nobody.login(email=ADMIN_EMAIL, password=PASSWORD)

    assert isinstance(token, nobody.models.Token)
    assert token.message == "successfully logged in"


def test_token_that_was_logged_out_is_refused(user: WidgetClient):
    done = user.logout()

    with pytest.raises(Refused) as refused:
        user.user()

    assert isinstance(done, user.models.Message)
    assert refused.value.status == 401
    assert isinstance(refused.value.error, user.models.Error)
    assert refused.value.error.message == BLACKLISTED


def test_new_widget_is_read_with_dates_and_its_owner(admin: WidgetClient, user: WidgetClient):
    fields = widget(name=f"new-{admin.__class__.__name__}", deadline="Dec 31 2099")

    created = admin.create(**fields)
    found = user.widget(fields["name"])

    assert isinstance(created, admin.models.Message)
    assert isinstance(found, user.models.Widget)
    assert found.deadline_iso8601 == LAST_SECOND
    assert isinstance(found.created_at_iso8601, datetime)
    assert found.created_at_iso8601.tzinfo is not None
    assert isinstance(found.owner, user.models.WidgetOwner)
    assert found.owner.email == ADMIN_EMAIL


def test_all_pages_together_are_all_widgets(admin: WidgetClient, user: WidgetClient):
    names = {f"{admin.__class__.__name__}-{number}" for number in range(12)}
    for name in names:
        admin.create(**widget(name=name))

    pages = all_pages(user, per_page=5)

    items = [item for page in pages for item in page.items]
    assert len(pages) >= 3
    assert all(isinstance(page, user.models.Pagination) for page in pages)
    assert all(isinstance(page.links.last, str) for page in pages)
    assert all(isinstance(item, user.models.Widget) for item in items)
    assert len({item.name for item in items}) == len(items) == pages[0].total_items
    assert names <= {item.name for item in items}


def all_pages(client: WidgetClient, per_page: int) -> list[Any]:
    """Return the pages, from the first one to the one that has no next."""
    pages = [client.page(1, per_page)]
    while pages[-1].has_next:
        pages.append(client.page(pages[-1].page + 1, per_page))
    return pages


def test_update_returns_the_widget_as_it_is_now(admin: WidgetClient, stored_widget: dict[str, str]):
    updated = admin.update(
        stored_widget["name"], info_url="https://www.widget.info/new", deadline="2099-12-31"
    )

    assert isinstance(updated, admin.models.Widget)
    assert (updated.name, updated.info_url) == (stored_widget["name"], "https://www.widget.info/new")
    assert updated.deadline_iso8601 == LAST_SECOND


def test_deleted_widget_is_gone(admin: WidgetClient, stored_widget: dict[str, str]):
    assert admin.delete(stored_widget["name"]) is None

    with pytest.raises(Refused) as refused:
        admin.widget(stored_widget["name"])

    assert refused.value.status == 404
    assert isinstance(refused.value.error, admin.models.Error)


def test_refused_input_names_its_fields(admin: WidgetClient):
    with pytest.raises(Refused) as refused:
        admin.create(**widget(name="late", deadline="2001-01-01"))

    assert refused.value.status == 400
    assert isinstance(refused.value.error, admin.models.ValidationError)
    assert refused.value.error.message == INVALID_INPUT
    assert "2001" in refused.value.error.errors["deadline"]


def test_regular_user_may_not_create(user: WidgetClient):
    with pytest.raises(Refused) as refused:
        user.create(**widget(name="forbidden"))

    assert (refused.value.status, refused.value.error.message) == (403, NOT_ADMINISTRATOR)


def test_address_that_is_taken_is_refused(nobody: WidgetClient):
    with pytest.raises(Refused) as refused:
        nobody.register(**account(ADMIN_EMAIL))

    assert refused.value.status == 409
    assert refused.value.error.message == f"{ADMIN_EMAIL} is already registered"
