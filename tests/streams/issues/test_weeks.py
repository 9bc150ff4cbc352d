"""Spikes by weeks and years: found in any order, of open reports alone, and none where only the reporting grew."""

import random
from itertools import pairwise

import numpy as np
import pytest

from schemas.alert import Alert
from schemas.tables import Base, CellWeek, OpenReport
from streams.detectors.cusum import lately
from streams.detectors.values import Series
from streams.issues.calendar import monday_of, period_end, week_of
from streams.issues.rules import rules
from streams.issues.weekly import begins, number_of
from tests.streams.issues.test_invariant import end
from tests.streams.issues.way import Body, Way, moment, report
from tests.streams.issues.years import AGENCIES, DAMAGE, MEANS, SHOPS, after, of_weeks, weeks_of
from tests.streams.issues.years import week_of as reports_of

LARCH = "cell:Larch|criminal-damage-arson|"
LAST = 37
SURGE = {34: 3.0, 35: 3.0}


def months(**fields: float) -> list[Body]:
    """Three quarters of a year without a season, with a surge of damage in Larch near its end."""
    return weeks_of(range(LAST + 1), times=SURGE, swing=0.0, **fields)


def judged(way: Way) -> list[tuple[object, ...]]:
    """All that is counted and judged by weeks."""
    rows = sorted((row.cell, row.week, str(row.told), row.chance, str(row.judged)) for row in way.rows(CellWeek))
    kept = [row[-3:] for row in way.rows(OpenReport, OpenReport.first, OpenReport.week, OpenReport.counts)]
    return [*rows, *sorted((first, week or "", str(counts)) for first, week, counts in kept)]


def test_a_surge_is_told_with_its_numbers_as_one_alert() -> None:
    way = Way().take(months()).close(after(LAST))
    found = [one for one in of_weeks(way) if one["scope"] == LARCH]
    assert [one["episode"] for one in found] == ["2024-W44", "2024-W45"]
    first = found[0]
    (row,) = (row for row in way.rows(CellWeek) if (row.cell, row.week) == (LARCH, "2024-W44"))
    assert first["observed"] == sum(row.told.values()) == len(first["evidence"])
    assert first["upper"] < first["observed"]
    assert (
        f"{first['observed']} incidents of criminal damage and arson in Larch in the week to 3 November 2024"
        in (first["title"])
    )
    assert f"expected for the season from 33 weeks, up to {first['upper']:.0f}." in first["why"][0]
    assert first["raised_at"] >= period_end("2024-W44").isoformat()
    assert len({row.alert for row in way.rows(_findings()) if row.scope == LARCH}) == 1
    for alert in way.alerts():
        Alert.model_validate(alert)


def _findings() -> type[Base]:
    from schemas.tables import Finding

    return Finding


def test_neither_order_nor_batches_matter_however_late_a_report_is() -> None:
    sent = months()
    late = [*reports_of(2, {DAMAGE: 9, SHOPS: 3}, name="late"), *reports_of(31, {DAMAGE: 8}, name="later")]
    whole = Way().take([*sent, *late]).close(after(LAST))
    in_time = Way()
    for week in range(1, LAST + 1, 4):  # closed as it goes on, with what is late coming at the end
        in_time.take(b for b in sent if after(week - 4) < _day(b) <= after(week)).close(after(week))
    in_time.take(sorted(late, key=lambda b: b["id"]), batch=1).close(after(LAST))
    shuffled = list({b["id"]: b for b in (*sent, *late)}.values())
    random.Random(3).shuffle(shuffled)
    other = Way().take(shuffled[:300], batch=90).close(after(LAST)).take(shuffled[300:], batch=90).close(after(LAST))
    assert of_weeks(whole)
    assert judged(whole) == judged(in_time) == judged(other)
    assert _end(whole) == _end(in_time) == _end(other)


def _end(way: Way) -> dict[str, object]:
    """All that stands; of copies, those of issues: a late report can lose a notice's copy, with or without weeks."""
    found = end(way)
    copies = {
        agency: {alert: copy for alert, copy in held.items() if copy["kind"] != "data-notice"}
        for agency, held in found["copies"].items()
    }
    return {**found, "copies": copies}


def _day(body: Body) -> float:
    return (np.datetime64(body["reported_at"][:19]) - np.datetime64(moment(0)[:19])) / np.timedelta64(1, "D")


def test_what_was_taken_back_leaves_nothing() -> None:
    sent, late = months(), reports_of(4, {DAMAGE: 40}, name="wrong")
    way = Way().take([*sent, *late]).close(after(LAST))
    with_it = judged(way)
    way.take([{**body, "version": 2, "action": "retract"} for body in late]).close(after(LAST))
    clean = Way().take(sent).close(after(LAST))
    assert judged(way) == judged(clean) != with_it
    assert _end(way) == _end(clean)


def test_both_stores_say_the_same(store_url: str) -> None:
    way = Way(store_url).take(months()).close(after(LAST))
    memory = Way().take(months()).close(after(LAST))
    assert of_weeks(way) == of_weeks(memory) != []
    assert judged(way) == judged(memory)


def test_hidden_reports_change_no_count() -> None:
    sent = months()
    shut = {"restricted_to": ["police"]}
    hidden = [
        {**body, **shut}
        for week in (5, 34, 36)
        for body in reports_of(week, {DAMAGE: 12}, name="hid", agencies=["fire"])
    ]
    # another telling of what an open report tells, of another kind, and one that names two open ones as its own
    seen = [body for body in sent if _day(body) > after(33)][:20]
    hidden += [
        {**body, **shut, "agency": "fire", "id": f"h{body['id']}", "category": "burglary", "related": [_ref(body)]}
        for body in seen
    ]
    hidden += [
        {**one, **shut, "agency": "fire", "id": f"b{one['id']}", "related": [_ref(one), _ref(other)]}
        for one, other in pairwise(seen)
    ]
    random.Random(5).shuffle(hidden)
    without = Way().take(sent).close(after(LAST))
    with_it = Way().take([*sent[:400], *hidden, *sent[400:]]).close(after(LAST))
    assert judged(with_it) == judged(without)
    assert {row.entity for row in _members(with_it)} != {row.entity for row in _members(without)}
    for agency in ("council", "housing"):
        copies = (_of_weeks(way, agency) for way in (with_it, without))
        assert next(copies) == next(copies) != []
    assert _of_weeks(with_it, "street-pastors") == []


def _ref(body: Body) -> str:
    return f"{body['agency']}:{body['id']}"


def _members(way: Way) -> list[object]:
    from schemas.tables import Member

    return [row for row in way.rows(Member) if row.kind == "incident"]


def _of_weeks(way: Way, agency: str) -> list[Body]:
    copies = [{**body, "version": None} for body in way.standing_copies(agency).values() if body["kind"] == "spike"]
    return sorted(copies, key=lambda body: body["id"])


def test_a_hidden_report_keeps_no_two_apart_and_joins_none() -> None:
    place = {"text": "14 Saltergate, Chesterfield", "uprn": "10001", "easting": 438_300.0, "northing": 371_300.0}
    two = [report(agency, "x", 1, place=place, category="burglary") for agency in ("police", "council")]
    bridge = {**two[0], "agency": "fire", "id": "b", "restricted_to": ["fire"], "related": ["police:x", "council:x"]}
    for sent in ([*two, bridge], [bridge, *two], two):
        way = Way().take(sent, batch=1).close(7)
        (row,) = (row for row in way.rows(CellWeek) if row.cell == "cell:the whole partnership|burglary|")
        assert row.told == {"council,police": 1}


def test_a_new_publisher_and_one_that_sends_more_of_everything_raise_nothing() -> None:
    sent = weeks_of(range(46), swing=0.0)
    new = [b for week in range(12, 46) for b in reports_of(week, dict.fromkeys(MEANS, 6), name="n", agencies=["fire"])]
    way = Way().take([*sent, *new]).close(after(45))
    assert of_weeks(way) == []
    more = [b for week in (42, 43) for b in reports_of(week, _doubled(), name="m")]
    way = Way().take([*sent, *more]).close(after(45))
    assert min(row.chance for row in way.rows(CellWeek) if row.chance is not None) < 1e-5
    assert of_weeks(way) == []
    only = Way().take([*sent, *(b for b in more if b["category"] == DAMAGE[1])]).close(after(45))
    assert {one["scope"] for one in of_weeks(only)} >= {LARCH}


def _doubled() -> dict[tuple[str, str], int]:
    return {cell: round(2 * mean) for cell, mean in MEANS.items()}


@pytest.mark.parametrize("since", [None, 92], ids=["a season's peak", "a slow rise"])
def test_over_two_years_a_slow_rise_is_found_and_a_seasons_peak_is_not(since: int | None) -> None:
    times = {} if since is None else {week: min(1.8, 1.2 + 0.1 * (week - since)) for week in range(since, 108)}
    way = Way().take(weeks_of(range(108), times=times), batch=2000).close(after(107))
    told = of_weeks(way)
    if since is None:
        assert told == []
        return
    assert {one["category"] for one in told} == {"criminal-damage-arson"}
    slow = [one for one in told if any("weeks now above what is expected" in line for line in one["why"])]
    assert slow
    assert all(one["raised_at"] > moment(7 * since) for one in told)


def test_evidence_of_a_time_is_the_same_whatever_else_is_asked() -> None:
    chance = np.random.default_rng(1)
    counts = chance.poisson(6, (110, 3)).astype(float)
    counts[95:, 0] += 5
    days = [monday_of("2023-W01")]
    days += [day.fromordinal(day.toordinal() + 7 * n) for day in days for n in range(1, 110)]
    series, alone = Series(days=days, counts=counts), np.zeros((110, 3), dtype=bool)
    alone[105, 0] = True
    every = lately(series, np.ones_like(alone), 26)
    one = lately(series, alone, 26)
    assert one.chance[105, 0] == pytest.approx(every.chance[105, 0], rel=1e-9)
    assert np.isnan(one.chance).sum() == 329
    assert every.chance[105, 0] < 0.005 < every.chance[105, 1]
    assert every.rows[105, 0] >= 11


def test_weeks_go_from_monday_to_sunday() -> None:
    assert [week_of(day) for day in ("2024-12-29", "2024-12-30", "2025-01-05")] == ["2024-W52", "2025-W01", "2025-W01"]
    assert number_of("2025-W01") == number_of("2024-W52") + 1
    assert period_end("2024-W52").isoformat() == "2024-12-30T00:00:00+00:00"
    monday = monday_of("2025-W01")
    assert begins(monday) == number_of("2025-W01")
    assert begins(monday.replace(day=31)) == number_of("2025-W02")
    assert rules().spike_week.weeks == 26
    assert set(AGENCIES) == {"police", "council", "housing"}
