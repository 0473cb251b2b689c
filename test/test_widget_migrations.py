"""What the migrations do to a database of the tutorial, and to the count of widgets."""

from datetime import UTC, datetime
from functools import partial
from unittest.mock import patch

import pytest
from alembic import op
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import check, downgrade, upgrade
from sqlalchemy import func, inspect, literal_column, select, text
from sqlalchemy.exc import IntegrityError

from app import db
from app.models import BlacklistedToken, User, Widget
from app.models.row_count import RowCount
from app.util.datetime_util import utc_now
from test.databases import migrate
from test.test_migrations import TUTORIAL, run
from test.util import LOGIN, REGISTER, WIDGETS, account

BEFORE_COUNTS = "3f0b6c1d9a24"
BEFORE_COLLATION = "9a41c07d52be"
BEFORE_NEW_TRIGGERS = "c3f1a86b20de"


@pytest.fixture
def tutorial_app(bare_app: Flask) -> Flask:
    """An application on the database of a reader of the tutorial."""
    from bcrypt import gensalt, hashpw

    migrate(bare_app, TUTORIAL)
    with bare_app.app_context():
        insert = "INSERT INTO site_user VALUES (:id, :email, :hash, :registered_on, :admin, :public_id)"
        for number, email, admin in ((3, "Admin@Email.com", True), (7, "new_user@email.com", None)):
            user = {
                "id": number,
                "email": email,
                "hash": hashpw(b"test1234", gensalt(4)).decode(),
                "registered_on": "2020-02-29 12:30:00" if admin else None,
                "admin": admin,
                "public_id": f"00000000-0000-0000-0000-00000000000{number}",
            }
            db.session.execute(text(insert), user)
        db.session.execute(
            text("INSERT INTO token_blacklist VALUES (5, 'a.b.c', NULL, '2020-03-01 00:00:00')")
        )
        db.session.execute(
            text(
                "INSERT INTO widget VALUES (9, 'Old-One', 'http://www.old.com', '2020-03-01 10:00:00', "
                "'2020-04-01 06:59:59', 3), (11, 'bare', NULL, NULL, NULL, 3)"
            )
        )
        db.session.commit()
    return bare_app


def test_widget_with_a_name_that_the_tutorial_took_is_found_by_it(tutorial_app: Flask):
    names = ["Wïdget2", "ÜNIQUE", "Straße", "日本"]
    with tutorial_app.app_context():
        for number, name in enumerate(names, 20):
            row = text("INSERT INTO widget VALUES (:id, :name, NULL, NULL, NULL, 3)")
            db.session.execute(row, {"id": number, "name": name})
        db.session.commit()

    run(tutorial_app, upgrade)

    client = tutorial_app.test_client()
    with tutorial_app.app_context():
        token = {"Authorization": db.session.get(User, 3).encode_access_token()}
    listed = [each for each in client.get(WIDGETS, headers=token).json["items"] if each["name"] in names]
    links = [each["link"].removeprefix("http://localhost") for each in listed]
    fields = {"info_url": "https://www.widget.info", "deadline": "2999-12-31"}
    assert [client.get(link, headers=token).json["name"] for link in links] == names
    assert {client.put(link, data=fields, headers=token).status_code for link in links} == {200}
    assert {client.delete(link, headers=token).status_code for link in links} == {204}
    assert client.get(WIDGETS, headers=token).json["total_items"] == 2


def test_user_without_a_public_id_gets_one(tutorial_app: Flask):
    with tutorial_app.app_context():
        db.session.execute(text("UPDATE site_user SET public_id = NULL"))
        db.session.commit()

    run(tutorial_app, upgrade)

    with tutorial_app.app_context():
        users = db.session.scalars(db.select(User)).all()
        results = [User.decode_access_token(user.encode_access_token()) for user in users]
    assert len({user.public_id for user in users}) == 2
    assert all(result.success for result in results)


def test_rows_of_the_tutorials_database_survive(tutorial_app: Flask):
    run(tutorial_app, upgrade)

    with tutorial_app.app_context():
        admin, user = db.session.scalars(db.select(User).order_by(User.id))
        assert (admin.id, admin.email, admin.admin) == (3, "admin@email.com", True)
        assert admin.registered_on == datetime(2020, 2, 29, 12, 30, tzinfo=UTC)
        assert admin.public_id == "00000000-0000-0000-0000-000000000003"
        assert (user.id, user.email, user.admin) == (7, "new_user@email.com", False)
        old, bare = db.session.scalars(db.select(Widget).order_by(Widget.id))
        assert (old.id, old.name, old.info_url, old.owner.id) == (9, "Old-One", "http://www.old.com", 3)
        assert old.created_at == datetime(2020, 3, 1, 10, tzinfo=UTC)
        assert old.deadline == datetime(2020, 4, 1, 6, 59, 59, tzinfo=UTC)
        assert (bare.id, bare.name, bare.info_url) == (11, "bare", "")
        (token,) = BlacklistedToken.query.all()
        assert (token.id, token.jti) == (5, "tutorial-5")
    run(tutorial_app, check)


def test_instants_survive_whatever_the_zone_of_the_session(tutorial_app: Flask):
    skipped = datetime(2020, 10, 4, 2, 15, tzinfo=UTC)  # by the clocks of SESSION_TIME_ZONE, as a local time
    with tutorial_app.app_context():
        for column in ("site_user SET registered_on", "widget SET created_at"):
            db.session.execute(text(f"UPDATE {column} = '{skipped:%Y-%m-%d %H:%M:%S}'"))
        db.session.commit()

    run(tutorial_app, upgrade)

    with tutorial_app.app_context():
        assert set(db.session.scalars(select(User.registered_on))) == {skipped}
        assert set(db.session.scalars(select(Widget.created_at))) == {skipped}
        assert db.session.get(Widget, 11).deadline == skipped


def test_instants_that_are_missing_become_that_of_the_upgrade(tutorial_app: Flask):
    before = utc_now()

    run(tutorial_app, upgrade)

    with tutorial_app.app_context():
        registered_on = db.session.get(User, 7).registered_on
        bare = db.session.get(Widget, 11)
    assert before <= registered_on <= utc_now()
    assert {registered_on, bare.created_at, bare.deadline} == {registered_on.replace(microsecond=0)}


def test_addresses_become_lower_case_as_those_of_new_users_do(tutorial_app: Flask):
    with tutorial_app.app_context():
        db.session.execute(text("UPDATE site_user SET email = 'ÉCOLE@Example.com' WHERE id = 3"))
        db.session.commit()

    run(tutorial_app, upgrade)

    with tutorial_app.app_context():
        assert User.find_by_email("École@example.COM").id == 3


def test_users_of_the_tutorials_database_go_on(tutorial_app: Flask):
    run(tutorial_app, upgrade)

    client: FlaskClient = tutorial_app.test_client()
    token = client.post(LOGIN, data=account("admin@email.com")).json["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    fields = {"name": "next", "info_url": "http://www.next.com", "deadline": "2999-01-01"}
    assert client.post(WIDGETS, data=fields, headers=bearer).status_code == 201
    names = [item["name"] for item in client.get(WIDGETS, headers=bearer).json["items"]]
    assert names == ["Old-One", "bare", "next"]


def test_account_is_not_made_whose_password_the_upgrade_would_take_for_the_tutorials(tutorial_app: Flask):
    register = partial(tutorial_app.test_client().post, REGISTER, data=account("early@email.com"))

    early = register()
    run(tutorial_app, upgrade)

    assert early.status_code == 503
    assert register().status_code == 201
    login = tutorial_app.test_client().post(LOGIN, data=account("early@email.com"))
    assert login.status_code == 200


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE site_user SET email = 'NEW_USER@email.com' WHERE id = 3", "site_user.email"),
        ("UPDATE widget SET name = 'BARE' WHERE id = 9", "widget.name"),
        ("CREATE TABLE note (of_id INTEGER REFERENCES widget (id))", "note refers to ['widget']"),
        ("CREATE TABLE note (of_id INTEGER REFERENCES site_user (id))", "note refers to ['site_user']"),
    ],
)
def test_what_cannot_stay_as_it_is_stops_the_upgrade_before_it_changes_anything(
    tutorial_app: Flask, statement: str, named: str, caplog: pytest.LogCaptureFixture
):
    with tutorial_app.app_context():
        db.session.execute(text(statement))
        db.session.commit()

    with pytest.raises(SystemExit):
        run(tutorial_app, upgrade)

    assert named in caplog.text
    with tutorial_app.app_context():
        assert db.session.scalar(text("SELECT version_num FROM alembic_version")) == TUTORIAL
        assert db.session.scalar(text("SELECT count(*) FROM widget")) == 2
        assert db.session.scalar(text("SELECT token FROM token_blacklist")) == "a.b.c"


@pytest.mark.parametrize("column", ["price", "token"])
def test_column_that_would_be_lost_stops_the_upgrade(
    tutorial_app: Flask, caplog: pytest.LogCaptureFixture, column: str
):
    with tutorial_app.app_context():
        db.session.execute(text(f"ALTER TABLE widget ADD COLUMN {column} INTEGER DEFAULT 995"))
        db.session.commit()

    with pytest.raises(SystemExit):
        run(tutorial_app, upgrade)

    assert f"widget: the new table would lose ['{column}']" in caplog.text
    kept = select(func.sum(literal_column(column))).select_from(text("widget"))
    with tutorial_app.app_context():
        assert db.session.scalar(kept) == 2 * 995


def test_upgrade_that_fails_half_way_leaves_everything_as_it_was(tutorial_app: Flask):
    with tutorial_app.app_context():
        before = inspect(db.engine).get_table_names()

    with patch.object(op, "drop_table", side_effect=LookupError("half way")), pytest.raises(LookupError):
        run(tutorial_app, upgrade)

    with tutorial_app.app_context():
        assert inspect(db.engine).get_table_names() == before
        assert db.session.scalar(text("SELECT version_num FROM alembic_version")) == TUTORIAL
        assert db.session.scalar(text("SELECT count(*) FROM site_user")) == 2


def insert_widget(app: Flask, name: str) -> None:
    with app.app_context():
        owner = db.session.query(User).first() or User(email="a@b.com", password="password1")
        now = utc_now()
        db.session.add(Widget(name=name, info_url="http://a.com", created_at=now, deadline=now, owner=owner))
        db.session.commit()


def test_letters_beyond_ascii_have_no_case_whatever_the_locale(bare_app: Flask):
    run(bare_app, upgrade)

    for name in ("École", "école"):
        insert_widget(bare_app, name)

    with bare_app.app_context():
        found = [Widget.find_by_name(name).name for name in ("ÉCOLE", "éCOLE")]
    assert found == ["École", "école"]


def test_names_that_are_one_from_now_on_stop_the_upgrade(bare_app: Flask, caplog: pytest.LogCaptureFixture):
    migrate(bare_app, BEFORE_COLLATION)
    with bare_app.app_context():
        if db.engine.dialect.name == "sqlite":
            pytest.skip("SQLite has no locale by which they could be two")
        db.session.execute(text("DROP INDEX uq_widget_name_lower"))
        db.session.commit()
    for name in ("WIDGET", "widget"):
        insert_widget(bare_app, name)

    with pytest.raises(SystemExit):
        run(bare_app, upgrade)

    assert "widget.name" in caplog.text


def test_collation_of_names_goes_and_comes_back_with_its_revision(bare_app: Flask):
    run(bare_app, upgrade)
    run(bare_app, downgrade, revision=BEFORE_COLLATION)
    run(bare_app, upgrade)

    insert_widget(bare_app, "Bare")

    with pytest.raises(IntegrityError):
        insert_widget(bare_app, "BARE")
    run(bare_app, check)


def test_counted_rows_go_and_come_back_with_their_revision(bare_app: Flask):
    run(bare_app, upgrade)
    insert_widget(bare_app, "w1")
    run(bare_app, downgrade, revision=BEFORE_COUNTS)
    insert_widget(bare_app, "w2")  # no trigger looks for the table that is gone
    run(bare_app, upgrade)
    insert_widget(bare_app, "w3")

    with bare_app.app_context():
        assert db.session.scalar(select(func.sum(RowCount.rows))) == 3


def test_upgrade_sets_up_the_triggers_of_its_version(bare_app: Flask):
    migrate(bare_app, BEFORE_NEW_TRIGGERS)
    with bare_app.app_context():
        if db.engine.dialect.name == "sqlite":
            db.session.execute(text("DROP TRIGGER keep_row_count_widget_insert"))
        else:
            db.session.execute(text("DROP FUNCTION keep_row_count() CASCADE"))
        db.session.commit()

    run(bare_app, upgrade)

    insert_widget(bare_app, "w1")
    with bare_app.app_context():
        assert db.session.scalar(select(func.sum(RowCount.rows))) == 1
