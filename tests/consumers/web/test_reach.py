"""The pages by which people are reached and by which they send: packs, notices, sending by hand, data."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from consumers.byhand.sending import Lane
from consumers.notices.rounds import Reach, round_of
from consumers.publisher.naming import ReportName
from consumers.web.house import House
from schemas.agencies import load_partnership
from schemas.tables import Receipt, Report
from streams.store import add, writing
from tests.consumers.accounts.people import NOW, Log, a_user
from tests.consumers.notices.people import WAYS, Post
from tests.consumers.packs.telling import tell_all, tell_each
from tests.consumers.quality.test_sent import a_receipt, a_report
from tests.consumers.watcher.alerts import an_alert
from tests.consumers.web.seats import Browser, a_house, sat

TABLE = "Reference,Reported,From,Category,What happened\nV1,23/11/2026,21/11/2026,burglary,Shed\nV2,soon,,theft,\n"


class Desk:
    """Takes what is sent and keeps it, as the broker would."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    @contextmanager
    def __call__(self, agency: str) -> Iterator[Lane]:
        desk = self

        class Taking:
            def send_named(self, value: bytes, name: ReportName) -> None:
                desk.sent.append((agency, json.loads(value)))
                assert name.id is not None

            def flush(self) -> None:
                pass

        yield Taking()


def seated(engine: Engine, agency: str, **house: Any) -> tuple[Browser, Log]:
    log = Log()
    browser = Browser(replace(a_house(engine, log), **house))
    browser.sit(a_user(engine, f"ann@{agency}.example", agency))
    log.entries.clear()
    return browser, log


def test_a_pack_is_made_for_a_meeting_one_sits_at_and_is_logged(engine: Engine) -> None:
    tell_all(engine, 1)
    browser, log = seated(engine, "police")
    fields = {"meeting": "weekly", "kind": "pdf", "day": "2024-03-11"}
    answer = browser.submit("/agencies/police/packs", fields, seen_on="/agencies/police/packs")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="tocsin-weekly-2024-03-11.pdf"'
    assert answer.content.startswith(b"%PDF-")
    assert {line["detail"]["to"] for line in log.entries} >= {"police", "housing"}
    word = browser.submit("/agencies/police/packs", {**fields, "meeting": "monthly:own", "kind": "docx"})
    assert word.content.startswith(b"PK")
    assert log.entries[-1]["detail"]["to"] == "police"


def test_nobody_makes_the_pack_of_a_meeting_they_do_not_sit_at(engine: Engine) -> None:
    tell_all(engine, 1)
    browser, log = seated(engine, "door-staff")
    assert "sits at none of the meetings" in browser.get("/agencies/door-staff/packs").text
    for meeting in ("weekly", "police", "weekly:police", ""):
        answer = browser.submit("/agencies/door-staff/packs", {"meeting": meeting, "kind": "pdf"})
        assert answer.status_code == 400
    assert log.entries == []


def test_a_table_is_looked_at_row_by_row_before_it_is_sent(engine: Engine) -> None:
    desk = Desk()
    browser, log = seated(engine, "door-staff", lane=desk)
    with writing(engine) as connection:
        add(connection, Report, [a_report("V1", "door-staff")])  # type: ignore[arg-type]
    here = {"seen_on": "/agencies/door-staff/send"}
    looked = browser.submit("/agencies/door-staff/send/table", files={"file": ("t.csv", TABLE, "text/csv")}, **here)
    assert looked.status_code == 200
    assert "1 row can be sent, 1 cannot" in looked.text
    assert "sent before (version 1" in looked.text
    assert "Reported: &#39;soon&#39; is no date" in looked.text
    assert desk.sent == []
    answer = browser.submit("/agencies/door-staff/send/table", {"table": TABLE, "sure": "yes"}, **here)
    assert answer.headers["location"] == "/agencies/door-staff/data?sent=1"
    assert [(agency, report["id"], report["agency"]) for agency, report in desk.sent] == [
        ("door-staff", "V1", "door-staff")
    ]
    assert [(line["act"], line["detail"]["reports"]) for line in log.entries] == [("sent-by-hand", ["V1"])]


def test_a_table_of_windows_letters_is_read(engine: Engine) -> None:
    browser, _ = seated(engine, "door-staff", lane=Desk())
    text = TABLE.replace("Shed", "Café").encode("cp1252")
    looked = browser.submit("/agencies/door-staff/send/table", files={"file": ("t.csv", text, "text/csv")})
    assert "1 row can be sent" in looked.text
    assert "Café" in looked.text


def test_one_report_by_form_and_what_is_wrong_stands_at_its_field(engine: Engine) -> None:
    desk = Desk()
    browser, _ = seated(engine, "door-staff", lane=desk)
    typed = {"category": "burglary", "from-day": "21", "from-month": "11", "from-year": "2026", "summary": "Shed"}
    wrong = browser.submit("/agencies/door-staff/send/report", {**typed, "category": ""})
    assert wrong.status_code == 400
    assert 'href="#category"' in wrong.text
    assert "Shed" in wrong.text
    assert browser.submit("/agencies/door-staff/send/report", typed).status_code == 303
    assert desk.sent[0][1]["summary"] == "Shed"


def test_where_no_way_is_set_up_it_is_said_and_what_was_typed_stays(engine: Engine) -> None:
    browser, log = seated(engine, "door-staff")
    answer = browser.submit("/agencies/door-staff/send/table", {"table": TABLE, "sure": "yes"})
    assert answer.status_code == 400
    assert "not set up for door-staff" in answer.text
    assert log.entries == []


def test_what_is_too_large_is_refused(engine: Engine) -> None:
    browser, _ = seated(engine, "door-staff")
    large = {"file": ("t.csv", b"x" * 1_200_000, "text/csv")}
    assert browser.submit("/agencies/door-staff/send/table", files=large).status_code == 413


def test_data_shows_what_became_of_ones_own_reports_alone(engine: Engine) -> None:
    with writing(engine) as connection:
        add(connection, Report, [a_report(1), a_report(2, "housing")])
        add(connection, Receipt, [a_receipt(1, "outcome"), a_receipt(2, "outcome", "housing")])
    page = sat(engine).get("/agencies/police/data?sent=2").text
    assert "2 reports handed over" in page
    assert "outcome so" in page
    assert page.count("outcome so") == 1
    assert "You have sent no report called 2." in sat(engine, "fire").get("/agencies/fire/data?find=2").text


def test_somebody_asks_to_hear_is_told_and_asks_no_more(engine: Engine) -> None:
    browser, _ = seated(engine, "police", reach=WAYS)
    assert browser.submit("/notices/channels", {"kind": "email", "address": "ann@elsewhere.example"}).status_code == 400
    browser.submit("/notices/channels", {"kind": "email", "address": "ann@council.example"})
    channel = browser.get("/notices").text.partition('name="channel" value="')[2][:36]
    asked = {"name": "Burglaries", "when": "live", "channel": channel, "categories": "burglary", "more": "mine"}
    assert browser.submit("/notices/subscriptions", asked).status_code == 303
    assert "resting on your own reports" in browser.get("/notices").text
    tell_each(engine, "m1", {"police": an_alert(1)})
    post = Post()
    round_of(Reach(engine=engine, partnership=load_partnership(), page="https://x", send=post), NOW)
    assert post.subjects == ["Tocsin: medium alert, near repeat"]
    subscription = browser.get("/notices").text.partition('name="subscription" value="')[2][:36]
    browser.submit("/notices/subscriptions/end", {"subscription": subscription})
    assert "Nothing yet." in browser.get("/notices").text


def test_nobody_touches_anothers_wishes(engine: Engine) -> None:
    browser, _ = seated(engine, "police", reach=WAYS)
    browser.submit("/notices/channels", {"kind": "email", "address": "ann@council.example"})
    channel = browser.get("/notices").text.partition('name="channel" value="')[2][:36]
    other, _ = seated(engine, "fire", reach=WAYS)
    assert channel not in other.get("/notices").text
    assert other.submit("/notices/channels/end", {"channel": channel}).status_code == 400
    asked = {"name": "x", "when": "live", "channel": channel}
    assert other.submit("/notices/subscriptions", asked).status_code == 400


def test_a_feeds_address_is_shown_once_and_opens_ones_own_agencys_alerts(engine: Engine) -> None:
    tell_each(engine, "m1", {"police": an_alert(1), "housing": an_alert(2, title="Of housing")})
    browser, _ = seated(engine, "police")
    shown = browser.submit("/notices/feeds").text
    path = shown.partition("/feeds/")[2].partition("/alerts.atom")[0]
    assert path not in browser.get("/notices").text
    stranger = Browser(browser.house)
    feed = stranger.get(f"/feeds/{path}/alerts.atom")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    assert "Burglaries, run 1" in feed.text
    assert "Of housing" not in feed.text
    assert stranger.get(f"/feeds/{path}/reviews.ics").text.startswith("BEGIN:VCALENDAR")
    browser.submit("/notices/feeds/end")
    assert stranger.get(f"/feeds/{path}/alerts.atom").status_code == 404


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/", "/agencies//evil", "/agencies/\\evil"])
def test_a_list_leads_back_to_our_own_pages_alone(engine: Engine, back: str) -> None:
    browser, _ = seated(engine, "police")
    put = browser.submit("/notices/watch", {"what": "alert:a1", "back": back})
    assert put.headers["location"] == "/notices"
    ours = browser.submit("/notices/watch", {"what": "alert:a1", "back": "/agencies/police", "off": "yes"})
    assert ours.headers["location"] == "/agencies/police"


def test_a_house_says_where_nothing_is_set(engine: Engine) -> None:
    house: House = a_house(engine)
    assert house.reach.kinds == ()
    assert "Nothing can be sent from here yet" in sat(engine).get("/notices").text
