"""Days that were read are read again when one of their rows is another, and only then."""

import pytest
from sqlalchemy import select

from schemas.tables import DayMark, OpenReport
from streams.issues import read_days
from streams.issues.counting import COLUMNS, Counting
from streams.issues.marks import NONE, mark_days, said_of_count, said_of_open
from streams.issues.read_days import counted_days, open_days
from streams.issues.rules import rules
from streams.issues.themes import Lexicon, find_themes
from streams.store import writing
from tests.streams.issues.feeds import town
from tests.streams.issues.way import Body, Way, report

TOLD = [report(agency, f"m{n}", 1 + n % 3, told=0.1) for n, agency in enumerate(("police", "council", "housing") * 3)]


def marked(way: Way) -> dict[str, str]:
    return {row.period: row.mark for row in way.rows(DayMark) if row.mark != NONE}


def anew(way: Way) -> dict[str, str]:
    """The marks as a migration makes them, from the rows that stand."""
    with way.engine.begin() as connection:
        counted = [Counting.of(row) for row in connection.execute(select(*COLUMNS)).mappings()]
        opened = [dict(row) for row in connection.execute(select(*OpenReport.__table__.columns)).mappings()]
        connection.execute(DayMark.__table__.delete())
        came = [said for one in counted for said in said_of_count(one)]
        mark_days(connection, came=[*came, *(said for row in opened for said in said_of_open(row))])
    return marked(way)


def test_a_days_mark_is_what_its_rows_add_up_to_in_whatever_order_they_came() -> None:
    way, other = Way().take(TOLD), Way().take(TOLD[::-1], batch=1)
    assert marked(way) == marked(other) == anew(other) != {}
    changed = [{**TOLD[0], "version": 2, "category": "drugs"}, {**TOLD[1], "version": 2, "action": "retract"}]
    way.take(changed)
    assert marked(way) != marked(other)
    assert marked(way) == marked(Way().take([*changed, *TOLD[2:]])) == anew(way)
    assert set(marked(way.take([{**one, "version": 3, "action": "retract"} for one in TOLD])).values()) == set()


def test_a_day_that_did_not_change_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    way = Way().take(TOLD)
    days = [row.period for row in way.rows(DayMark)]
    with writing(way.engine) as connection:
        counted, opened = counted_days(connection, days), open_days(connection, days)
    asked: list[str] = []
    for name in ("_read_counted", "_read_open"):
        reads = getattr(read_days, name)
        monkeypatch.setattr(read_days, name, lambda c, missing, reads=reads: asked.extend(missing) or reads(c, missing))
    with writing(way.engine) as connection:
        again = counted_days(connection, days), open_days(connection, days)
    assert asked == []
    assert all(again[0][day] is counted[day] and again[1][day] is opened[day] for day in days)
    late = report("police", "late", 1, told=0.1)
    way.take([late])
    with writing(way.engine) as connection:
        then = open_days(connection, days)
    assert {ref for one in then.values() for ref in one.refs} == {
        *(f"{b['agency']}:{b['id']}" for b in TOLD),
        "police:late",
    }
    assert 0 < len(set(asked)) < len(days)


def themed() -> list[Body]:
    spot = {"text": "3 Beech Road", "easting": 430_000.0, "northing": 380_000.0}
    kind = {"category": "drugs", "summary": "talk of a yellow capsule behind the arcade", "place": spot}
    return [
        report(a, f"t{n}", 2 + n, told=0.02, **kind) for n, a in enumerate(["police", "council", "police", "housing"])
    ]


def test_the_look_at_all_terms_at_once_passes_over_none_that_is_a_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    way = town(7).take(themed())
    with writing(way.engine) as connection:
        days = open_days(connection, [row.period for row in way.rows(DayMark) if len(row.period) == 10])
    lexicon, known = Lexicon(days, {}), frozenset({"police", "council", "housing"})
    last = max(lexicon._days)
    looked = find_themes(last, lexicon, known, rules())
    monkeypatch.setattr("streams.issues.themes._not_usual", lambda terms, *_: terms)
    assert find_themes(last, Lexicon(days, {}), known, rules()) == looked
    assert {theme.said for theme in looked} >= {"yellow capsule"}
