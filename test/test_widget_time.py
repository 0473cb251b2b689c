"""The deadlines of widgets, in every time zone, on both sides of each change of the clocks."""

from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from zoneinfo import ZoneInfo

import pytest
import time_machine

from app.models import User
from app.util.datetime_util import local_today
from test.test_time import MOMENTS, ZONES, ClientOf, InZone
from test.util import WIDGET, WIDGETS, widget


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


def test_day_that_ends_after_the_calendar_is_no_date(admin: User, client_of: ClientOf, in_time_zone: InZone):
    in_time_zone("America/Los_Angeles")

    response = client_of(admin).post(WIDGETS, data=widget(deadline="9999-12-31"))

    assert response.status_code == HTTPStatus.BAD_REQUEST
    assert response.json["errors"]["deadline"].startswith("Failed to parse '9999-12-31'")
