"""What a reader of the tutorial finds, under the names that the tutorial gives."""

import importlib

import pytest
from flask import Flask, url_for

from app import db
from app.models import BlacklistedToken, User, Widget
from app.util.datetime_util import utc_now
from test.util import ADMIN_EMAIL, EMAIL, PASSWORD

NAMES = {
    "app": "create_app db bcrypt cors migrate",
    "app.config": "Config TestingConfig DevelopmentConfig ProductionConfig get_config "
    "SQLITE_DEV SQLITE_TEST SQLITE_PROD",
    "app.api": "api_bp api",
    "app.api.auth.decorator": "token_required admin_token_required",
    "app.api.auth.dto": "auth_reqparser user_model",
    "app.api.auth.business": "process_registration_request process_login_request get_logged_in_user "
    "process_logout_request",
    "app.api.auth.endpoints": "auth_ns RegisterUser LoginUser GetUser LogoutUser",
    "app.api.widgets.dto": "widget_name future_date_string widget_reqparser pagination_reqparser "
    "widget_owner_model widget_model pagination_links_model pagination_model",
    "app.api.widgets.business": "create_widget retrieve_widget_list retrieve_widget update_widget "
    "delete_widget",
    "app.api.widgets.endpoints": "widget_ns WidgetList Widget",
    "app.models.user": "User",
    "app.models.token_blacklist": "BlacklistedToken",
    "app.models.widget": "Widget",
    "app.models": "User BlacklistedToken Widget",
    "app.util.datetime_util": "utc_now",
    "app.util.result": "Result",
    "run": "app",
}


@pytest.mark.parametrize(("module", "names"), NAMES.items())
def test_name_is_where_the_tutorial_has_it(module: str, names: str):
    found = importlib.import_module(module)

    assert [name for name in names.split() if not hasattr(found, name)] == []


def test_models_of_the_documents_have_the_tutorials_names():
    dto = importlib.import_module("app.api.widgets.dto")

    models = (dto.widget_owner_model, dto.widget_model, dto.pagination_links_model, dto.pagination_model)
    assert [model.name for model in models] == ["Widget Owner", "Widget", "Nav Links", "Pagination"]


@pytest.mark.parametrize(
    ("endpoint", "values", "path"),
    [
        ("api.auth_register", {}, "/api/v1/auth/register"),
        ("api.auth_login", {}, "/api/v1/auth/login"),
        ("api.auth_user", {}, "/api/v1/auth/user"),
        ("api.auth_logout", {}, "/api/v1/auth/logout"),
        ("api.widget_list", {}, "/api/v1/widgets"),
        ("api.widget", {"name": "x"}, "/api/v1/widgets/x"),
    ],
)
def test_endpoint_names_resolve(app: Flask, endpoint: str, values: dict[str, str], path: str):
    with app.test_request_context():
        assert url_for(endpoint, **values) == path


def test_tables_and_columns_have_the_tutorials_names():
    assert User.__tablename__ == "site_user"
    assert BlacklistedToken.__tablename__ == "token_blacklist"
    assert Widget.__tablename__ == "widget"
    assert set(User.__table__.columns.keys()) == {
        "id",
        "email",
        "password_hash",
        "registered_on",
        "admin",
        "public_id",
    }
    assert set(Widget.__table__.columns.keys()) == {
        "id",
        "name",
        "info_url",
        "created_at",
        "deadline",
        "owner_id",
    }


def test_user_is_made_found_and_checked_as_in_the_tutorial(app: Flask):
    with app.app_context():
        db.session.add(User(email=EMAIL, password=PASSWORD))
        db.session.add(User(email=ADMIN_EMAIL, password=PASSWORD, admin=True))
        db.session.commit()

        user, admin = User.find_by_email(EMAIL), User.find_by_email(ADMIN_EMAIL)
        assert (user.admin, admin.admin) == (False, True)
        assert User.find_by_public_id(user.public_id) is user
        assert User.find_by_public_id("nobody") is None
        assert user.check_password(PASSWORD)
        assert not user.check_password("another1")
        assert repr(user) == f"<User email={EMAIL}, public_id={user.public_id}, admin=False>"


def test_password_is_write_only():
    with pytest.raises(AttributeError, match="password: write-only field"):
        _ = User(email=EMAIL).password


def test_token_of_a_user_decodes_to_the_user(app: Flask, user: User):
    with app.app_context():
        token = user.encode_access_token()
        result = User.decode_access_token(token)

    assert isinstance(token, str)
    assert result.success
    assert not result.failure
    assert (result.value["public_id"], result.value["admin"]) == (user.public_id, False)


def test_token_that_is_bent_expired_or_logged_out_does_not_decode(app: Flask, user: User):
    from datetime import timedelta

    import time_machine

    with app.app_context():
        token = user.encode_access_token()
        bent = User.decode_access_token(token + "x")
        with time_machine.travel(utc_now() + timedelta(seconds=6)):
            expired = User.decode_access_token(token)
        claims = User.decode_access_token(token).value
        db.session.add(BlacklistedToken(jti=claims["jti"], expires_at=claims["expires_at"]))
        db.session.commit()
        logged_out = User.decode_access_token(token)

    assert [result.success for result in (bent, expired, logged_out)] == [False, False, False]
    assert bent.error == "Invalid token. Please log in again."
    assert expired.error == "Access token expired. Please log in again."
    assert logged_out.error == "Token blacklisted. Please log in again."


def test_widget_knows_its_owner_and_is_found_by_name(app: Flask, admin: User):
    with app.app_context():
        db.session.add(Widget(name="Mine", info_url="http://a.com", deadline=utc_now(), owner_id=admin.id))
        db.session.commit()
        widget = Widget.find_by_name("MINE")

        assert widget.name == "Mine"
        assert widget.owner.email == ADMIN_EMAIL
        assert Widget.find_by_name("other") is None
        assert repr(widget) == "<Widget name=Mine, info_url=http://a.com>"
