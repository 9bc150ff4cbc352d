"""How crowded it is here: more is asked where many pairs fall short of what they need, in whatever order they came."""

from datetime import timedelta
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from schemas.tables import Base, Member
from streams.dedupe import crowd
from streams.dedupe.incidents import incidents
from streams.dedupe.stage import DEDUPE
from streams.matching.explain import doubt_of
from streams.matching.stage import MATCHING
from streams.store import open_store, reading
from tests.streams.dedupe.tellings import EVENING
from tests.streams.dedupe.test_order import derived, settle
from tests.streams.holding import take


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count the first two or four pairs."""
    monkeypatch.setattr(crowd, "_FIRST", [2, 4])


def body(agency: str, number: int, minutes: int, ends: int, **more: Any) -> dict[str, Any]:
    """A report of one evening in a town that has one kind of trouble, a number a day."""
    start, end = (EVENING + timedelta(days=number, minutes=at) for at in (minutes, ends))
    return {
        "id": str(number),
        "agency": agency,
        "reported_at": (end + timedelta(minutes=5)).isoformat(),
        "occurred": {"from": start.isoformat(), "to": end.isoformat()},
        "category": "anti-social-behaviour",
        "place": {"text": "Vicar Lane"},
        **more,
    }


def two(number: int, width: int, **more: Any) -> list[dict[str, Any]]:
    """Two agencies, of one time: the wider, the less it says."""
    return [body(agency, number, 0, width, **more) for agency in ("fire", "police")]


JUST = two(1, 120, detail="street-drinking")  # 17 bits, and a street needs 16
SHORT = [report for number in (2, 3) for report in two(number, 10)]  # no finer kind: 14.6
SURE = [report for number in (4, 5) for report in two(number, 10, vehicles=[{"vrm": "AB12 CDE"}])]
HIDDEN = [{**report, "classification": "OFFICIAL-SENSITIVE"} for report in SHORT]


@pytest.mark.parametrize(
    ("under", "over", "bits"),
    [(0, 0, 0.0), (16, 100, 0.0), (17, 100, 0.25), (18, 100, 0.5), (39, 200, 0.75), (9, 20, 1.25), (1, 0, 1.25)],
)
def test_the_more_fall_short_the_more_is_asked(under: int, over: int, bits: float) -> None:
    assert crowd.more(under, over) == bits


def test_a_pair_that_has_what_it_needs_is_left_to_people_where_many_fall_short() -> None:
    store = made()
    derived(store, JUST)
    assert together(store)
    take(store, SHORT, (DEDUPE, MATCHING))
    settle(store, DEDUPE, MATCHING)
    assert not together(store)
    with reading(store) as connection:
        why = doubt_of(connection, incidents(connection), "fire:1", "police:1")
        assert crowd.Here(connection).in_words("") in why
    assert "that takes 17.25 bits." in why
    assert "of the first 2 pairs of reports here, 1 fall short of what they need beside 1 that have it" in why


def test_it_is_asked_no_more_where_the_strangers_are_withdrawn() -> None:
    store = made()
    derived(store, [*JUST, *SHORT])
    take(store, [{**one, "version": 2, "action": "retract"} for one in SHORT], (DEDUPE, MATCHING))
    settle(store, DEDUPE, MATCHING)
    assert together(store)


def test_what_not_everyone_may_know_counts_for_nothing() -> None:
    store = made()
    derived(store, [*JUST, *HIDDEN])
    assert together(store)


def test_a_partnership_may_say_itself_how_much_more_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crowd, "_OWN", 1.5)
    store = made()
    derived(store, JUST)
    assert not together(store)
    with reading(store) as connection:
        assert "as the partnership set it" in doubt_of(connection, incidents(connection), "fire:1", "police:1")


@given(st.permutations([*JUST, *SHORT, *SURE]), st.integers(1, 5))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_is_a_function_of_the_reports(reports: list[dict[str, Any]], size: int) -> None:
    assert derived(made(), reports, size) == derived(made(), [*JUST, *SHORT, *SURE], 10)


@cache
def made() -> Engine:
    """A store that is emptied before each use."""
    store = open_store("sqlite://")
    Base.metadata.create_all(store)
    return store


def together(store: Engine) -> bool:
    """Whether the two that have just what they need are one incident."""
    with reading(store) as connection:
        ours = Member.item.in_(("fire:1", "police:1"))
        of = connection.execute(select(Member.entity).where(Member.kind == "incident", ours))
        return len(set(of.scalars())) == 1
