"""What a turn of closed days is to find can be found before it, by who writes nothing and keeps nobody from writing."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection

from streams import pipeline
from streams.issues import boards, stage
from streams.issues.days import close_days
from streams.issues.stage import ISSUES
from streams.pipeline import walk
from streams.remembering import Remembered
from streams.sharing.stage import SHARING
from streams.stage import Lane, Stage, next_before, standing_before
from streams.store import writing
from tests.streams.issues.feeds import KINDS, feed, town
from tests.streams.issues.way import FIRST, PARTNERSHIP, Body, Way


def _busy() -> list[Body]:
    """A day on which one kind of thing happens many times in one place, as two agencies tell."""
    here = {"easting": 436_000.0, "northing": 371_000.0}
    return [
        body | KINDS[0] | {"place": {"text": f"{number} Elm Row", **here}}
        for agency, start in (("police", 7_000), ("council", 8_000))
        for number, body in enumerate(feed(agency, [3], 14, start=start))
    ]


def _closing() -> Way:
    way = town(2).take(_busy())
    with writing(way.engine) as connection:
        close_days(connection, FIRST + timedelta(days=3), through=True)
    return way


def _work(way: Way, one: Stage, looks: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a stage take the closed days; what it looks for itself is noted."""
    look = boards._find
    monkeypatch.setattr(boards, "_find", lambda period, *of: looks.append(period) or look(period, *of))
    with writing(way.engine) as connection:
        keys = standing_before(connection, one.name, 500, Lane.SLOW)
        assert keys
        way.told += one.work(connection, keys, PARTNERSHIP)
    monkeypatch.setattr(boards, "_find", look)


def _ahead(way: Way, one: Stage) -> None:
    assert one.look_ahead is not None
    with way.engine.begin() as connection:
        connection.exec_driver_sql("pragma query_only=on")
        one.look_ahead(connection, next_before(connection, one.name, 500, Lane.SLOW), PARTNERSHIP)
        connection.exec_driver_sql("pragma query_only=off")


def test_what_was_found_ahead_is_not_looked_for_in_the_turn_and_all_is_the_same(monkeypatch) -> None:
    ends, looks = [], {}
    for ahead in (False, True):
        monkeypatch.setattr(boards, "_FOUND", Remembered(2048))
        way = _closing()
        for one in (ISSUES, SHARING):
            if ahead:
                _ahead(way, one)
            _work(way, one, looks.setdefault((ahead, one.name), []), monkeypatch)
        way.drain()
        ends.append((way.alerts(), {agency: way.standing_copies(agency) for agency in PARTNERSHIP}))
    assert ends[0] == ends[1]
    assert ends[0][0], "nothing was found on the day"
    assert looks[False, "issues"]
    assert not looks[True, "issues"]
    assert not looks[True, "sharing"]


def test_a_walk_looks_ahead_of_closed_days_alone_and_only_where_one_writes_at_a_time(monkeypatch, tmp_path) -> None:
    seen: list[tuple[str, bool]] = []

    def look(connection: Connection, keys, partnership) -> None:
        seen.extend((key, True) for key in keys)
        raise LookupError("it may fail")

    def work(connection: Connection, keys, partnership):
        seen.extend((key, False) for key in keys)
        return []

    monkeypatch.setattr(pipeline, "STAGES", (Stage(name="first", work=work, look_ahead=look),))
    way = Way(f"sqlite:///{tmp_path / 'store.db'}")
    bearable = pipeline.Bearable()
    for lane, key in ((Lane.QUICK, "person:p"), (Lane.SLOW, "day:2026-01-01")):
        with writing(way.engine) as connection:
            stage.leave_for(connection, "first", [key])
        assert walk(way.engine, PARTNERSHIP, 16, lane, bearable) == 1
    assert seen == [("person:p", False), ("day:2026-01-01", True), ("day:2026-01-01", False)]
    with writing(way.engine) as connection:
        stage.leave_for(connection, "first", ["day:2026-01-02"])
    walk(way.engine, PARTNERSHIP, 16, Lane.SLOW, None)
    assert seen[3:] == [("day:2026-01-02", False)]
