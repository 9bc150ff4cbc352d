"""The stage over a store: found, updated in place, withdrawn with its basis, closed when over."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.tables import Alert, Clock, EntityAlias, Said, Unread
from streams.dedupe.stage import DEDUPE
from streams.issues.days import SETTLED, close_days, still_to_close
from streams.issues.feedback import refuse_feedback, take_feedback
from streams.issues.stage import ISSUES
from streams.ledger import Record
from streams.stage import standing_before
from streams.store import put, reading, writing
from tests.streams.issues.test_invariant import end
from tests.streams.issues.way import FIRST, Way, moment, person, report

SUBJECT = [person("suspect", identifiers={"pnc": "1988/123456A"})]


def three(**fields: Any) -> list[dict[str, Any]]:
    return [report("police", number, day, people=SUBJECT, **fields) for number, day in enumerate((0, 5, 9))]


def test_found_updated_in_place_and_withdrawn(store_url: str) -> None:
    way = Way(store_url).take(three())
    (first,) = way.alerts()
    assert (first["kind"], first["version"], first["raised_at"]) == ("repeat-person", 1, "2024-03-13T14:24:00Z")
    way.take([report("police", 3, 12, people=SUBJECT)])
    (then,) = way.alerts()
    assert (then["id"], then["version"], then["observed"]) == (first["id"], 2, 4)
    way.take([report("police", n, 0, action="retract", version=2) for n in (0, 1)])
    assert way.alerts() == []
    (row,) = way.rows(Alert)
    assert (row.id, row.withdrawn, row.state) == (first["id"], True, "closed")
    assert way.copies("council") == {first["id"]: None}


def test_an_amended_report_counts_as_it_is_now(store_url: str) -> None:
    way = Way(store_url).take(three())
    way.take([report("police", 2, 60, version=2, action="amend", people=SUBJECT)])
    assert way.alerts() == []


def test_ordinary_reports_find_nothing_and_tell_nothing_but_receipts() -> None:
    way = Way().take(
        [
            report("police", n, n, people=[person("suspect", name, f"19{n}0-05-06")])
            for n, name in enumerate(("Ivo Ruskin", "Tam Oakes", "Bea Lund", "Kit Marlow", "Una Frost"))
        ]
    )
    assert way.alerts() == []
    assert way.told == []


def day_of(number: int, day: float, agency: str = "police", many: int = 1, **fields: Any) -> list[dict[str, Any]]:
    spots = [
        {"text": f"{9 + 2 * n} Knifesmithgate", "easting": 438_200.0 + 30 * n, "northing": 371_200.0}
        for n in range(many)
    ]
    return [
        report(agency, f"{number}-{n}", day + n / 48, told=0.01, place=spot, **fields) for n, spot in enumerate(spots)
    ]


def history() -> list[dict[str, Any]]:
    """Nine weeks of one incident a week, on the day before the first."""
    return [body for week in range(1, 10) for body in day_of(week, -7 * week)]


def test_a_spike_is_found_when_its_day_is_closed(store_url: str) -> None:
    way = Way(store_url).take([*history(), *day_of(0, 0, many=9)])
    assert "spike" not in way.kinds()
    way.close(0)
    (spike,) = [alert for alert in way.alerts() if alert["kind"] == "spike"]
    assert spike["raised_at"] == "2024-03-05T00:00:00Z"
    assert (spike["observed"], len(spike["evidence"])) == (9, 9)
    assert spike["title"].startswith("9 incidents of anti-social behaviour in SK3871 on 4 March 2024")


def test_a_late_report_reopens_its_day_and_those_it_is_the_past_of() -> None:
    way = Way().take([*history(), *day_of(0, 0, many=9)]).close(0)
    (before,) = [alert for alert in way.alerts() if alert["kind"] == "spike"]
    late = [{**body, "reported_at": moment(3)} for body in day_of(50, 0, many=2)]
    way.take([{**body, "id": f"late-{n}"} for n, body in enumerate(late)])
    assert {row.period for row in way.rows(Unread)} >= {"2024-03-04"}
    way.close(3)
    (after,) = [alert for alert in way.alerts() if alert["kind"] == "spike"]
    assert (after["id"], after["observed"]) == (before["id"], 11)
    busy = [body for week in range(1, 9) for body in day_of(100 + week, -7 * week, many=12)]
    way.take([{**body, "reported_at": moment(3.5)} for body in busy])
    assert "2024-03-04" in {row.period for row in way.rows(Unread)}
    way.close(3.5)
    assert "spike" not in way.kinds()


def test_a_day_is_judged_while_what_dedupe_changed_of_it_still_stands_before_the_stage(store_url: str) -> None:
    sent = [*history(), *day_of(0, 0, many=9)]
    gone = {**sent[-1], "action": "retract", "version": 2}
    way = Way(store_url).take(sent)
    with writing(way.engine) as connection:
        way.keep(connection, [gone])
        DEDUPE.work(connection, standing_before(connection, "dedupe", 10), way.partnership)
    with writing(way.engine) as connection:  # another worker's stage, before it has come to what dedupe left for it
        ISSUES.work(connection, ["day:2024-03-04"], way.partnership)
    way.drain()
    assert end(way.close(0)) == end(Way().take([*sent, gone]).close(0))


def live(way: Way, until: datetime) -> int:
    with writing(way.engine) as connection:
        closed = close_days(connection, until)
    way.drain()
    return closed


def test_the_timer_closes_what_reports_have_passed_and_a_last_day_that_stays_as_it_is() -> None:
    way = Way().take(day_of(1, 0) + day_of(2, 1))
    later = FIRST + timedelta(days=30)
    assert live(way, FIRST + timedelta(hours=1)) == 0  # no day is over yet
    assert live(way, later) == 1  # the second day's reports have passed the first
    assert live(way, later + timedelta(seconds=5)) == 0
    assert live(way, later + timedelta(seconds=5) + SETTLED) == 1
    with reading(way.engine) as connection:
        assert still_to_close(connection, later) == 0
    (clock,) = way.rows(Clock, where=lambda table: table.name == "days")
    assert clock.at == datetime(2024, 3, 6, tzinfo=UTC)


def test_an_issue_is_closed_when_a_whole_window_passes_with_nothing_new(store_url: str) -> None:
    way = Way(store_url).take(three()).close(36)
    assert [alert["state"] for alert in way.alerts()] == ["open"]
    way.close(38)
    (alert,) = way.alerts()
    assert (alert["state"], alert["version"]) == ("closed", 2)
    assert [copy["state"] for copy in way.standing_copies("council").values()] == ["closed"]


def feedback(way: Way, sender: str, alert: str, verdict: str, **fields: Any) -> list[Any]:
    body = {"alert": alert, "agency": sender, "who": "an analyst", "at": moment(20), "verdict": verdict, **fields}
    record = Record(
        source=f"tocsin.feedback.{sender}.v1",
        partition=0,
        offset=0,
        key=alert.encode(),
        value=json.dumps(body).encode(),
        taken_at=FIRST,
        agency=sender,
    )
    with writing(way.engine) as connection:
        told = take_feedback(connection, [record], way.partnership)
    way.drain()
    return told


def test_what_a_person_says_survives_updates_and_is_told_to_all() -> None:
    way = Way().take(three())
    (alert,) = way.alerts()
    assert feedback(way, "council", alert["id"], "not-an-issue", reason="a film was being made") == []
    assert [a["state"] for a in way.alerts()] == ["closed"]
    assert {copy["state"] for copy in way.standing_copies("fire").values()} == {"closed"}
    way.take([report("police", 3, 12, people=SUBJECT)])
    (then,) = way.alerts()
    assert (then["state"], then["observed"]) == ("closed", 4)
    assert len(way.rows(Said)) == 1


def test_what_a_person_said_goes_with_an_alert_whose_id_changes() -> None:
    way = Way().take(three()[1:]).take([report("police", 3, 12, people=SUBJECT)])
    (alert,) = way.alerts()
    feedback(way, "council", alert["id"], "acknowledged")
    way.take(three()[:1])  # earlier than all there were: the person's id is another's
    (then,) = way.alerts()
    assert then["id"] != alert["id"]
    assert then["state"] == "acknowledged"
    assert [(row.old, row.new) for row in way.rows(EntityAlias) if row.kind == "alert"] == [(alert["id"], then["id"])]


@pytest.mark.parametrize(
    ("agency", "alert", "fields"),
    [
        ("council", "no-such-alert", {}),
        ("street-pastors", None, {}),
        ("council", None, {"agency": "police"}),
        ("council", None, {"verdict": "wrong"}),
        ("council", None, {"at": "yesterday"}),
    ],
    ids=["unknown", "never told", "another's name", "no reason", "no time"],
)
def test_feedback_that_cannot_be_taken_goes_back_with_the_reason(
    agency: str, alert: str | None, fields: dict[str, Any]
) -> None:
    way = Way().take(three())
    (told,) = feedback(way, agency, alert or way.alerts()[0]["id"], **{"verdict": "acknowledged", **fields})
    headers = dict(told.headers)
    assert told.topic == f"tocsin.rejected.{agency}.v1"
    assert headers["dlq.reason"]
    assert way.rows(Said) == []


def test_whatever_cannot_be_taken_is_refused() -> None:
    way = Way()
    record = Record(
        source="tocsin.feedback.council.v1",
        partition=0,
        offset=7,
        key=None,
        value=b"\xff",
        taken_at=FIRST,
        agency="council",
    )
    with writing(way.engine) as connection:
        (told,) = refuse_feedback(connection, [record], way.partnership)
        (again,) = take_feedback(connection, [record], way.partnership)
        put(connection, Clock, [])
    assert told.value == again.value == b"\xff"


def test_five_hundred_touched_keys_cost_little() -> None:
    from time import process_time

    from streams.issues.stage import find_issues
    from streams.stage import leave_for, standing_before

    bodies = [
        report(
            "police",
            n,
            n / 40,
            people=[person("suspect", name=f"Person {n % 180}", identifiers={"pnc": f"1988/{n % 180}"})],
        )
        for n in range(400)
    ]
    way = Way().take(bodies)
    with writing(way.engine) as connection:
        keys = [f"incident:{row.incident}" for row in connection.exec_driver_sql("select incident from counted")]
        leave_for(connection, "issues", keys)
        took = standing_before(connection, "issues", 500)
        began = process_time()
        find_issues(connection, took, way.partnership)
        assert process_time() - began < 3.0  # of this process alone: .1 s, whatever else the machine does
