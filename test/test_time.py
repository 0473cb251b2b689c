"""Days and times, in every time zone, on both sides of each change of the clocks."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from http import HTTPStatus
from zoneinfo import ZoneInfo

import pytest
import time_machine
from dateutil import parser
from flask import Flask
from flask.testing import FlaskClient

from app import db
from app.models import User, Widget
from app.util.date_parser import parse_date
from app.util.datetime_util import (
    end_of_day,
    format_duration,
    format_iso8601,
    format_local,
    local_today,
    to_local,
)
from test.util import WIDGET, WIDGETS, widget

ZONES = [
    "UTC",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "Asia/Kolkata",
    "Africa/Casablanca",
    "America/Nuuk",
    "America/Havana",
]
MOMENTS = ["2026-01-15T11:30:00Z", "2026-07-15T11:30:00Z", "2026-11-21T23:59:59Z", "2026-11-22T00:00:00Z"]
InZone = Callable[[str], None]
ClientOf = Callable[[User], FlaskClient]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("moment", MOMENTS)
def test_deadline_is_the_end_of_the_servers_day(
    admin: User, client_of: ClientOf, in_time_zone: InZone, zone: str, moment: str
):
    in_time_zone(zone)
    with time_machine.travel(moment, tick=False):
        client = client_of(admin)
        today = datetime.now(ZoneInfo(zone)).date()
        for name, day in (("today", today), ("winter", date(2027, 1, 10)), ("summer", date(2027, 7, 10))):
            created = client.post(WIDGETS, data=widget(name=name, deadline=day.isoformat()))
            told = client.get(f"{WIDGETS}/{name}").json

            end = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=ZoneInfo(zone))
            assert created.status_code == HTTPStatus.CREATED
            assert told["deadline"] == f"{end:%m/%d/%y} 11:59:59 PM {end:%Z}"
            assert datetime.fromisoformat(told["deadline_iso8601"]) == end
            assert told["deadline_passed"] is False
        assert told["created_at"] == datetime.now(ZoneInfo(zone)).strftime("%m/%d/%y %I:%M:%S %p %Z")
        assert datetime.fromisoformat(told["created_at_iso8601"]) == datetime.now(UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("moment", MOMENTS)
def test_yesterday_is_refused_and_today_is_named(
    admin: User, client_of: ClientOf, in_time_zone: InZone, zone: str, moment: str
):
    in_time_zone(zone)
    with time_machine.travel(moment, tick=False):
        today = datetime.now(ZoneInfo(zone)).date()
        yesterday = today - timedelta(days=1)
        response = client_of(admin).post(WIDGETS, data=widget(deadline=yesterday.isoformat()))

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["errors"]["deadline"].endswith(f"{yesterday:%b %d %Y} is BEFORE {today:%b %d %Y}")


@pytest.mark.parametrize("zone", ZONES)
def test_deadline_passes_when_the_servers_day_is_over(
    admin: User, client_of: ClientOf, in_time_zone: InZone, zone: str
):
    in_time_zone(zone)
    with time_machine.travel("2026-07-15T11:30:00Z", tick=False) as clock:
        client_of(admin).post(WIDGETS, data=widget(deadline=local_today().isoformat()))
        last_second = datetime.now(ZoneInfo(zone)).replace(hour=23, minute=59, second=59)
        clock.move_to(last_second.astimezone(UTC))
        before = client_of(admin).get(WIDGET).json
        clock.shift(1)
        after = client_of(admin).get(WIDGET).json

    assert (before["deadline_passed"], after["deadline_passed"]) == (False, True)
    assert after["time_remaining"] == "No time remaining"


@pytest.mark.parametrize("zone", ZONES)
def test_every_day_of_two_years_ends_one_second_before_the_next_begins(in_time_zone: InZone, zone: str):
    in_time_zone(zone)
    for number in range(730):
        day = date(2026, 1, 1) + timedelta(days=number)
        end = end_of_day(day)
        assert to_local(end).date() == day
        assert to_local(end + timedelta(seconds=1)).date() > day


def test_day_whose_last_hour_is_skipped_ends_before_it(in_time_zone: InZone):
    in_time_zone("America/Nuuk")

    assert format_local(end_of_day(date(2027, 3, 27))) == "03/27/27 10:59:59 PM -02"


@pytest.mark.parametrize(
    ("zone", "day"),
    [("America/St_Johns", date(2010, 11, 6)), ("XST3XDT,M3.2.0/0:01,M11.1.0/0:01", date(2027, 11, 6))],
)
def test_day_that_comes_again_ends_the_second_time(in_time_zone: InZone, zone: str, day: date):
    in_time_zone(zone)

    end = end_of_day(day)

    assert to_local(end).replace(tzinfo=None, fold=0) == datetime(day.year, day.month, day.day, 23, 59, 59)
    assert to_local(end - timedelta(hours=1)).date() == day
    assert to_local(end + timedelta(seconds=1)).date() == day + timedelta(days=1)
    assert to_local(end + timedelta(hours=2)).date() == day + timedelta(days=1)


def test_last_day_of_the_calendar_is_taken_and_shown_in_every_zone(
    admin: User, client_of: ClientOf, in_time_zone: InZone
):
    client = client_of(admin)
    assert client.post(WIDGETS, data=widget(deadline="9999-12-31")).status_code == HTTPStatus.CREATED
    for zone in ZONES:
        in_time_zone(zone)
        told = client.get(WIDGET).json
        assert told["deadline_iso8601"] == "9999-12-31T23:59:59+00:00"
        assert client.get(WIDGETS).status_code == HTTPStatus.OK


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kolkata", "Pacific/Kiritimati", "UTC"])
def test_last_day_of_the_calendar_ends_in_time_east_of_greenwich(in_time_zone: InZone, zone: str):
    in_time_zone(zone)

    assert to_local(end_of_day(date.max)).replace(tzinfo=None) == datetime(9999, 12, 31, 23, 59, 59)


def test_day_that_ends_after_the_calendar_is_no_date(admin: User, client_of: ClientOf, in_time_zone: InZone):
    in_time_zone("America/Los_Angeles")

    response = client_of(admin).post(WIDGETS, data=widget(deadline="9999-12-31"))

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["errors"]["deadline"].startswith("Failed to parse '9999-12-31'")


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/Los_Angeles"])
def test_instants_come_back_from_the_database_as_they_went_in(
    app: Flask, admin: User, in_time_zone: InZone, zone: str
):
    in_time_zone(zone)
    instant = datetime(2027, 7, 10, 23, 59, 59, tzinfo=ZoneInfo("Australia/Lord_Howe"))
    with app.app_context():
        db.session.add(Widget(name="w", info_url="http://a.com", deadline=instant, owner_id=admin.id))
        db.session.commit()
        stored = Widget.find_by_name("w").deadline

    assert stored == instant
    assert stored.tzinfo is UTC


def test_naive_datetime_is_never_stored(app: Flask, admin: User):
    naive = datetime(2027, 7, 10)
    with app.app_context():
        db.session.add(Widget(name="w", info_url="http://a.com", deadline=naive, owner_id=admin.id))
        with pytest.raises(Exception, match="has no time zone"):
            db.session.commit()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2030-5-13", date(2030, 5, 13)),
        ("05/13/2030", date(2030, 5, 13)),
        ("May 13 2030", date(2030, 5, 13)),
        ("13 May 2030 10:45 PM", date(2030, 5, 13)),
        ("2030-05-13T23:00:00-08:00", date(2030, 5, 13)),
        ("2030-05-13T23:00:00Z", date(2030, 5, 13)),
        ("Mon, 13 May 2030 01:00:00 XYZ", date(2030, 5, 13)),
        ("29 Feb 2032", date(2032, 2, 29)),
        ("20300513", date(2030, 5, 13)),
        ("31.01.2030", date(2030, 1, 31)),
    ],
)
def test_every_way_to_write_a_day_is_read(text: str, day: date):
    assert parse_date(text) == day


def test_day_as_programs_write_it_is_the_day_that_dateutil_reads():
    for number in range(date(1000, 1, 1).toordinal(), date(2999, 12, 31).toordinal(), 997):
        day = date.fromordinal(number)

        assert parse_date(f"{day}") == parse_date(f"{day} ") == parser.parse(f"{day}").date() == day


@pytest.mark.parametrize("today", ["2027-01-30", "2027-02-28", "2028-02-29", "2027-03-31"])
def test_what_a_text_means_does_not_depend_on_today(today: str):
    with time_machine.travel(today):
        assert parse_date("2030-02-28") == date(2030, 2, 28)
        for incomplete in ("31", "Jan", "Feb 2030", "29 Feb", "2030"):
            with pytest.raises(ValueError, match="must all be named"):
                parse_date(incomplete)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "00:00:00"),
        (59, "00:00:59"),
        (86399, "23:59:59"),
        (86400, "1 day, 00:00:00"),
        (3473558, "40 days, 04:52:38"),
    ],
)
def test_duration_is_written_as_a_clock_does(seconds: int, text: str):
    assert format_duration(timedelta(seconds=seconds)) == text


def test_instant_is_written_in_utc_whichever_zone_was_written_first():
    instant = datetime(2031, 5, 6, 12, 7, tzinfo=UTC)

    written = [format_iso8601(instant.astimezone(timezone(timedelta(hours=hours)))) for hours in (2, 0)]

    assert written == ["2031-05-06T12:07:00+00:00"] * 2
