"""Feeds: open to whoever holds the address, for as long as its person may read; no person in them."""

from datetime import date
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from icalendar import Calendar
from sqlalchemy import Engine, update

from consumers.notices.feeds import ATOM, atom, calendar, end_addresses, has_address, new_address, reader_of
from schemas.agencies import load_partnership
from schemas.tables import Said, User
from streams.store import add, reading, writing
from tests.consumers.accounts.people import NOW, Log, a_user
from tests.consumers.notices.people import PAGE
from tests.consumers.packs.telling import tell_each
from tests.consumers.watcher.alerts import an_alert


def opened(engine: Engine, secret: str) -> Any:
    with reading(engine) as connection:
        return reader_of(connection, secret, load_partnership())


def test_an_address_opens_ones_own_agency_until_it_is_taken_back(engine: Engine) -> None:
    user, log = a_user(engine), Log()
    with writing(engine) as connection:
        first = new_address(connection, log, user, NOW)
        second = new_address(connection, log, user, NOW)
        assert has_address(connection, user)
    assert opened(engine, first) is None
    assert opened(engine, second).agency == "police"
    assert opened(engine, "x") is None
    assert second not in str(log.entries)
    with writing(engine) as connection:
        end_addresses(connection, log, user, NOW)
        assert not has_address(connection, user)
    assert opened(engine, second) is None


@pytest.mark.parametrize("change", [{"disabled_at": NOW}, {"roles": ["administrator"]}, {"agency": "nowhere"}])
def test_who_may_not_read_any_more_reads_no_feed(engine: Engine, change: dict[str, Any]) -> None:
    user = a_user(engine)
    with writing(engine) as connection:
        secret = new_address(connection, Log(), user, NOW)
        connection.execute(update(User).values(**change))
    assert opened(engine, secret) is None


def test_the_feed_tells_alerts_and_no_person(engine: Engine) -> None:
    user = a_user(engine)
    thorn = {"title": "Third incident of Ricky Thorn", "person": {"id": "x", "name": "Ricky Thorn"}}
    tell_each(engine, "m1", {"police": an_alert(1)})
    tell_each(engine, "m2", {"police": an_alert(2, **thorn, kind="repeat-person", why=["Thorn again."])})
    tell_each(engine, "m3", {"housing": an_alert(3, title="Of housing alone")})
    tell_each(engine, "m4", {"police": an_alert(4, title="From a source", handling={"code": "C"})})
    with writing(engine) as connection:
        secret = new_address(connection, Log(), user, NOW)
    with reading(engine) as connection:
        made = atom(connection, opened(engine, secret), PAGE)
    titles = {entry.findtext(f"{{{ATOM}}}title") for entry in fromstring(made).iter(f"{{{ATOM}}}entry")}
    assert titles == {"Burglaries, run 1", "Repeat person: burglary", "Near repeat: burglary"}
    assert b"Thorn" not in made
    assert b"housing alone" not in made


def test_the_calendar_holds_the_reviews_that_were_set(engine: Engine) -> None:
    user = a_user(engine)
    tell_each(engine, "m1", {"police": an_alert(1)})
    said = {"alert": "a1", "agency": "police", "at": NOW, "state": "tasked", "id": "s1"}
    with writing(engine) as connection:
        connection.execute(update(User).values(agency="police"))
        add(connection, Said, [{**said, "body": {"task": {"team": "Wardens", "review": "2026-12-01"}}}])
        secret = new_address(connection, Log(), user, NOW)
    with writing(engine) as connection:
        from schemas.tables import Told

        connection.execute(update(Told).values(alert="a1"))
    with reading(engine) as connection:
        made = calendar(connection, opened(engine, secret), PAGE)
        assert made == calendar(connection, opened(engine, secret), PAGE)
    (event,) = Calendar.from_ical(made).walk("VEVENT")
    assert event.decoded("dtstart") == date(2026, 12, 1)
    assert str(event["summary"]) == "Review: Near repeat: burglary"
