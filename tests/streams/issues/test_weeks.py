"""Spikes by weeks and years: found in any order, of open reports alone, and none where only the reporting grew."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pytest

from schemas.alert import Alert
from schemas.tables import CellWeek, Finding, Member, OpenReport
from streams.detectors.cusum import lately
from streams.detectors.values import Series
from streams.issues.calendar import local_day, monday_of, period_end, week_of
from streams.issues.rise_finding import rise_of_week
from streams.issues.rules import rules
from streams.issues.weekly import begins, number_of, taught_since
from streams.issues.words import number
from streams.sharing.again import share_anew
from streams.sharing.sight import sight
from streams.store import writing
from tests.streams.issues.making import incident
from tests.streams.issues.test_invariant import end
from tests.streams.issues.way import FIRST, OPENED, SHIPPED, Body, Way, agreed, moment, report
from tests.streams.issues.years import DAMAGE, NOISE, SHOPS, after, lay, of_weeks, rises, surge, weeks_of
from tests.streams.issues.years import week_of as reports_of

LARCH = "cell:Larch|criminal-damage-arson|"
LAST = 31


@pytest.fixture(scope="module")
def quiet() -> Iterator[Way]:
    """Seven months without a season, not closed yet; only copies of it are worked on."""
    way = Way().take(weeks_of(range(LAST + 1), swing=0.0), batch=2000)
    OPENED.remove(way.engine)
    yield way
    way.engine.dispose()


@pytest.fixture(scope="module")
def surged(quiet: Way) -> Iterator[Way]:
    """The same with a surge of damage in Larch near its end, closed."""
    way = quiet.copied().take(surge()).close(after(LAST))
    OPENED.remove(way.engine)
    yield way
    way.engine.dispose()


def judged(way: Way) -> list[tuple[object, ...]]:
    """All that is counted and judged by weeks."""
    rows = sorted((row.cell, row.week, str(row.told), row.chance, str(row.judged)) for row in way.rows(CellWeek))
    kept = [row[-3:] for row in way.rows(OpenReport, OpenReport.first, OpenReport.week, OpenReport.counts)]
    return [*rows, *sorted((first, week or "", str(counts)) for first, week, counts in kept)]


def test_a_surge_is_told_with_its_numbers_as_one_alert(surged: Way) -> None:
    found = [one for one in of_weeks(surged) if one["scope"] == LARCH]
    assert [one["episode"] for one in found] == ["2024-W38", "2024-W39"]
    first = found[0]
    (row,) = (row for row in surged.rows(CellWeek) if (row.cell, row.week) == (LARCH, "2024-W38"))
    assert first["observed"] == sum(row.told.values()) == len(first["evidence"])
    assert first["upper"] < first["observed"]
    assert (
        f"{first['observed']} incidents of criminal damage and arson in Larch in the week to 22 September 2024"
        in (first["title"])
    )
    assert f"expected for the season from 27 weeks, up to {first['upper']:.0f}." in first["why"][0]
    assert first["raised_at"] >= period_end("2024-W38").isoformat()
    assert len({row.alert for row in surged.rows(Finding) if row.scope == LARCH}) == 1
    for alert in surged.alerts():
        Alert.model_validate(alert)


def test_neither_order_nor_batches_matter_however_late_a_report_is(surged: Way) -> None:
    late = [*reports_of(2, {DAMAGE: 9, SHOPS: 3}, name="late"), *reports_of(29, {DAMAGE: 6}, name="later")]
    at_last = surged.copied().take(late, batch=1).close(after(LAST))
    shuffled = [*weeks_of(range(LAST + 1), swing=0.0), *surge(), *late]
    random.Random(3).shuffle(shuffled)
    other = Way().take(shuffled[:300], batch=150).close(after(LAST)).take(shuffled[300:], batch=90).close(after(LAST))
    assert of_weeks(at_last)
    assert judged(at_last) == judged(other)
    assert judged(at_last) != judged(surged)
    assert _end(at_last) == _end(other)


def test_weeks_closed_as_time_goes_on_say_what_they_say_when_closed_together(quiet: Way, surged: Way) -> None:
    sent = [*weeks_of(range(LAST + 1), swing=0.0), *surge()]
    way = Way()
    for last in (27, 28, LAST):
        way.take((b for b in sent if _week(b) <= last), batch=2000).close(after(last))
        sent = [b for b in sent if _week(b) > last]
    assert judged(way) == judged(surged)
    assert _end(way) == _end(surged)


def _week(body: Body) -> int:
    return int((np.datetime64(body["reported_at"][:10]) - np.datetime64(moment(0)[:10])) / np.timedelta64(7, "D"))


def _end(way: Way) -> dict[str, object]:
    """All that stands; of copies, those of issues: a late report can lose a notice's copy, with or without weeks."""
    found = end(way)
    copies = {
        agency: {alert: copy for alert, copy in held.items() if copy["kind"] != "data-notice"}
        for agency, held in found["copies"].items()
    }
    return {**found, "copies": copies}


def test_what_was_taken_back_leaves_nothing_and_is_counted_anew_at_once(surged: Way) -> None:
    wrong = reports_of(4, {DAMAGE: 40}, name="wrong")
    way = surged.copied().take(wrong).close(after(LAST))
    with_it = judged(way)
    way.take({**body, "version": 2, "action": "retract"} for body in wrong)
    assert sum(_told(way, "2024-W14").values()) == sum(_told(surged, "2024-W14").values())
    way.close(after(LAST))
    assert judged(way) == judged(surged) != with_it
    assert _end(way) == _end(surged)


def _told(way: Way, week: str) -> dict[str, int]:
    return {row.cell: sum(row.told.values()) for row in way.rows(CellWeek) if row.week == week}


def test_postgresql_says_the_same(postgresql_url: str, surged: Way) -> None:
    way = Way(postgresql_url).take([*weeks_of(range(LAST + 1), swing=0.0), *surge()], batch=2000).close(after(LAST))
    assert of_weeks(way) == of_weeks(surged) != []
    assert judged(way) == judged(surged)


def test_hidden_reports_change_no_count(surged: Way) -> None:
    shut = {"restricted_to": ["police"]}
    hidden = [
        {**body, **shut}
        for week in (5, 28, 30)
        for body in reports_of(week, {DAMAGE: 12}, name="hid", agencies=["fire"])
    ]
    # another telling of what an open report tells, of another kind, and one that names two open ones as its own
    seen = surge()[:12]
    hidden += [
        {**body, **shut, "agency": "fire", "id": f"h{body['id']}", "category": "burglary", "related": [_ref(body)]}
        for body in seen
    ]
    hidden += [
        {**one, **shut, "agency": "fire", "id": f"b{one['id']}", "related": [_ref(one), _ref(other)]}
        for one, other in pairwise(seen)
    ]
    random.Random(5).shuffle(hidden)
    with_it = surged.copied().take(hidden).close(after(LAST))
    assert judged(with_it) == judged(surged)
    assert _incidents(with_it) != _incidents(surged)
    for agency in ("council", "housing"):
        assert _spikes(with_it, agency) == _spikes(surged, agency) != []
        assert with_it.copies(agency) == surged.copies(agency)
    assert _spikes(with_it, "street-pastors") == []


def _ref(body: Body) -> str:
    return f"{body['agency']}:{body['id']}"


def _incidents(way: Way) -> set[str]:
    return {row.entity for row in way.rows(Member) if row.kind == "incident"}


def _spikes(way: Way, agency: str) -> list[Body]:
    copies = [{**body, "version": None} for body in way.standing_copies(agency).values() if body["kind"] == "spike"]
    return sorted(copies, key=lambda body: body["id"])


def by_season(way: Way, agency: str) -> list[Body]:
    """The copies that tell of a week beside its history."""
    return [c for c in _spikes(way, agency) if any("expected for the season" in line for line in c["why"])]


(ALL,) = SHIPPED
LESS = {
    "begun later": {"valid_from": local_day(FIRST) + timedelta(days=7)},
    "held for less": {"keep_days": 7 * LAST},
    "of two kinds": {"categories": frozenset({"criminal-damage-arson", "shoplifting"})},
    "without areas": {"fields": ALL.fields - {"area"}},
    "not of the police": {"givers": ALL.givers - {"police"}},
}


@pytest.mark.parametrize("part", LESS.values(), ids=LESS)
def test_who_may_not_know_all_of_a_history_sees_none_of_it(part: Body, surged: Way) -> None:
    first = min(date.fromisoformat(row.reported_on) for row in surged.rows(OpenReport))
    with surged.engine.begin() as connection:
        assert sight(connection, agreed(ALL)).sees_all("council", first)
        assert not sight(connection, agreed(replace(ALL, **part))).sees_all("council", first)


def test_who_may_not_know_all_of_the_history_is_told_nothing_of_weeks(surged: Way) -> None:
    assert by_season(surged, "council")
    way = surged.copied()
    way.partnership = agreed(replace(ALL, **LESS["begun later"]))
    with writing(way.engine) as connection:
        share_anew(connection, way.partnership)
    way.drain()
    assert by_season(way, "council") == []


def test_what_rests_on_its_history_is_held_no_longer_than_that_may_be(quiet: Way) -> None:
    first = min(date.fromisoformat(row.reported_on) for row in quiet.rows(OpenReport))
    assert taught_since("2024-W38", {"police": first}, rules().spike_week) == first
    assert taught_since("2027-W38", {"police": first}, rules().spike_week) > first
    keep = 7 * LAST + 20
    way = quiet.copied()
    way.partnership = agreed(replace(ALL, keep_days=keep))
    with writing(way.engine) as connection:
        share_anew(connection, way.partnership)
    way.take(surge()).close(after(LAST))
    told = by_season(way, "council")
    assert told
    lapses = first + timedelta(days=keep + 1)
    assert {copy["handling"]["keep_until"] for copy in told} == {lapses.isoformat()}
    last = (lapses - local_day(FIRST)).days
    assert by_season(way.close(last - 2), "council")
    assert by_season(way.close(last - 1), "council") == []


def test_a_hidden_report_keeps_no_two_apart_and_joins_none() -> None:
    place = {"text": "14 Saltergate, Chesterfield", "uprn": "10001", "easting": 438_300.0, "northing": 371_300.0}
    two = [report(agency, "x", 1, place=place, category="burglary") for agency in ("police", "council")]
    bridge = {**two[0], "agency": "fire", "id": "b", "restricted_to": ["fire"], "related": ["police:x", "council:x"]}
    for sent in ([*two, bridge], [bridge, *two], two):
        way = Way().take(sent, batch=1).close(7)
        (row,) = (row for row in way.rows(CellWeek) if row.cell == "cell:the whole partnership|burglary|")
        assert row.told == {"council,police": 1}


def test_a_new_publisher_raises_nothing_before_it_counts_nor_when_it_does(quiet: Way) -> None:
    new = [
        b for week in range(3, LAST + 1) for b in reports_of(week, {DAMAGE: 4, SHOPS: 2}, name="n", agencies=["fire"])
    ]
    way = quiet.copied().take(new).close(after(LAST))
    (row,) = (row for row in way.rows(CellWeek) if (row.cell, row.week) == (LARCH, "2024-W41"))
    assert row.judged["observed"] == sum(row.told.values())
    assert row.judged["weeks"] == 27
    assert of_weeks(way) == []


def test_publishers_that_send_more_of_everything_raise_nothing(quiet: Way) -> None:
    more = [b for week in (28, 29) for b in reports_of(week, {DAMAGE: 14, SHOPS: 7, NOISE: 7}, name="m")]
    way = quiet.copied().take(more).close(after(LAST))
    assert min(row.chance for row in way.rows(CellWeek) if row.chance is not None) < 1e-4
    assert of_weeks(way) == []


@pytest.mark.parametrize("since", [None, 92], ids=["a season's peak", "a slow rise"])
def test_over_two_years_a_slow_rise_is_found_and_a_seasons_peak_is_not(since: int | None) -> None:
    times = {} if since is None else {week: min(1.8, 1.2 + 0.1 * (week - since)) for week in range(since, 108)}
    way = Way()
    lay(way, weeks_of(range(108), times=times))
    found = [rise for some in rises(way).values() for rise in some]
    if since is None:
        assert found == []
        return
    assert {rise.alarm.cell.category for rise in found} == {"criminal-damage-arson"}
    assert min(rise.alarm.week for rise in found) > week_of(moment(7 * since)[:10])
    slow = next(rise for rise in found if rise.alarm.slow and not rise.alarm.high)
    told = slow.alarm.verdict.slow
    said = rise_of_week(slow, [incident(ref, 700, category="criminal-damage-arson") for ref in slow.refs], rules())
    assert said.title.endswith(f"in {told.weeks} weeks: {number(told.expected)} expected")
    assert said.why[1] == (
        f"For {told.weeks} weeks now above what is expected: {told.observed} where {number(told.expected)} were."
    )


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
