"""Days and times, in every time zone, on both sides of each change of the clocks."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from dateutil import parser
from flask import Flask
from flask.testing import FlaskClient

from app import db
from app.models import User
from app.util.date_parser import parse_date
from app.util.datetime_util import end_of_day, to_local
from app.util.time_format import format_duration, format_iso8601, format_local, format_rfc822
from test.util import EMAIL, PASSWORD

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
    assert to_local(end + timedelta(minutes=30)).date() == day + timedelta(days=1)  # it comes no third time


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Kolkata", "Pacific/Kiritimati", "UTC"])
def test_last_day_of_the_calendar_ends_in_time_east_of_greenwich(in_time_zone: InZone, zone: str):
    in_time_zone(zone)

    assert to_local(end_of_day(date.max)).replace(tzinfo=None) == datetime(9999, 12, 31, 23, 59, 59)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/Los_Angeles"])
def test_instants_come_back_from_the_database_as_they_went_in(app: Flask, in_time_zone: InZone, zone: str):
    in_time_zone(zone)
    instant = datetime(2027, 7, 10, 23, 59, 59, tzinfo=ZoneInfo("Australia/Lord_Howe"))
    with app.app_context():
        db.session.add(User(email=EMAIL, password=PASSWORD, registered_on=instant))
        db.session.commit()
        stored = User.find_by_email(EMAIL).registered_on

    assert stored == instant
    assert stored.tzinfo is UTC


def test_naive_datetime_is_never_stored(app: Flask):
    naive = datetime(2027, 7, 10)
    with app.app_context():
        db.session.add(User(email=EMAIL, password=PASSWORD, registered_on=naive))
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
        ("2030-05-1３", date(2030, 5, 13)),
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


@pytest.mark.parametrize("zone", ZONES)
def test_instants_are_written_as_the_standard_library_writes_their_formats(in_time_zone: InZone, zone: str):
    in_time_zone(zone)
    steps = timedelta(days=37, hours=5, minutes=59, seconds=58, microseconds=500_000)
    for number in range(1000):
        instant = datetime(1995, 1, 1, tzinfo=UTC) + number * steps
        assert format_local(instant) == instant.astimezone().strftime("%m/%d/%y %I:%M:%S %p %Z")
        assert format_iso8601(instant) == instant.isoformat()
        assert format_rfc822(instant) == format_datetime(instant.replace(tzinfo=None))


def test_every_hour_and_the_first_days_of_the_calendar_are_written_as_the_standard_library_does():
    for number in range(48):
        instant = datetime(1, 1, 2, tzinfo=UTC) + timedelta(hours=number, seconds=number)
        assert format_local(instant) == to_local(instant).strftime("%m/%d/%y %I:%M:%S %p %Z")
        assert format_iso8601(instant) == instant.isoformat()
        assert format_rfc822(instant) == format_datetime(instant.replace(tzinfo=None))


def test_last_instant_of_the_calendar_is_written_in_every_way():
    last = datetime.max.replace(tzinfo=UTC)

    assert format_rfc822(last) == "Fri, 31 Dec 9999 23:59:59 -0000"
    assert format_iso8601(last) == "9999-12-31T23:59:59.999999+00:00"
