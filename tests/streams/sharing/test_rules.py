"""Who may know what of a report, against the plain statement of the rules; and what cannot be read is shut."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.agencies import load_partnership
from schemas.agreements import ROLES, WHAT, Agreement
from schemas.report import Report
from streams.issues.values import Telling
from streams.sharing.marking import read_marking
from streams.sharing.rules import own_only
from streams.sharing.sight import Opened, Sight
from tests.streams.issues.way import PARTNERSHIP, SHIPPED, agreed, marking
from tests.streams.sharing.plain_rules import World, known
from tests.streams.sharing.worlds import CLEARED, plain

WORDS = ("domestic-abuse", "stalking", "child", "health", "source")
AGENCIES = ("police", "council", "housing", "fire", "street-pastors", "nobody-we-know")
MEMBERS = AGENCIES[:5]
CATEGORIES = ("burglary", "drugs", "anti-social-behaviour")
DETAILS = (None, "noise", "domestic-abuse")
DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31))


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    fields = draw(st.frozensets(st.sampled_from(sorted(WHAT))))
    start = draw(DAYS)
    return Agreement(
        id=draw(st.sampled_from("abc")),
        givers=draw(st.frozensets(st.sampled_from(MEMBERS), min_size=1)),
        receivers=draw(st.frozensets(st.sampled_from(MEMBERS), min_size=1)),
        purpose="tasking",
        basis="s.115",
        categories=draw(st.none() | st.frozensets(st.sampled_from(CATEGORIES), min_size=1)),
        details=draw(st.none() | st.frozensets(st.sampled_from(DETAILS[1:]), min_size=1)),
        fields=fields,
        roles=draw(st.frozensets(st.sampled_from(sorted(ROLES)), min_size=1)) if "person" in fields else frozenset(),
        keep_days=draw(st.sampled_from((1, 30, 1095))),
        valid_from=start,
        valid_to=draw(st.none() | st.dates(start, date(2025, 1, 1))),
        sanitised=draw(st.booleans()),
        pointer=draw(st.sampled_from((False, False, True))),
    )


GRADINGS = st.none() | st.fixed_dictionaries(
    {
        "source": st.sampled_from("123"),
        "information": st.sampled_from("ABCDE"),
        "handling": st.sampled_from("PC"),
    }
)
MARKINGS = st.fixed_dictionaries(
    {
        "classification": st.sampled_from(("OFFICIAL", "OFFICIAL-SENSITIVE")),
        "grading": GRADINGS,
        "sensitive": st.lists(st.sampled_from(WORDS), max_size=2, unique=True),
        "restricted_to": st.none() | st.lists(st.sampled_from(AGENCIES), max_size=3, unique=True),
    }
)


REPORTS = st.fixed_dictionaries(
    {
        "id": st.just("1"),
        "agency": st.sampled_from(MEMBERS),
        "reported_at": DAYS.map(lambda day: f"{day}T23:30:00+00:00"),
        "category": st.sampled_from(CATEGORIES),
        "detail": st.sampled_from(DETAILS),
    }
)


def telling(body: dict[str, Any]) -> Telling:
    at = datetime.fromisoformat(body["reported_at"])
    return Telling(
        ref=f"{body['agency']}:{body['id']}",
        agency=body["agency"],
        reported_at=at,
        occurred_from=at,
        occurred_to=at,
        category=body["category"],
        detail=body.get("detail"),
        marking=read_marking(marking(body)),
    )


@settings(max_examples=600, deadline=None)
@given(
    agency=st.sampled_from(AGENCIES),
    body=REPORTS,
    kept=MARKINGS,
    signed=st.lists(agreements() | st.sampled_from(SHIPPED), max_size=3),
    closed=st.none() | DAYS,
    opened=st.booleans(),
)
def test_both_statements_agree(
    agency: str, body: dict[str, Any], kept: dict[str, Any], signed: list[Agreement], closed: date, opened: bool
) -> None:
    body = {**body, **kept}
    one = telling(body)
    world = World(CLEARED, [plain(a) for a in signed], closed, {(one.ref, agency)} if opened else set())
    until = datetime.fromisoformat("2030-01-01T00:00:00Z")
    seen = Sight(
        partnership=agreed(*signed),
        closed=closed,
        opened={one.ref: (Opened(ref=one.ref, to=agency, until=until),)} if opened else {},
    )
    grant, may = seen.of(one).get(agency), known(agency, body, world)
    assert (grant is None) == (may is None)
    if grant is not None and may is not None:
        assert grant.fields == may.fields
        assert "person" not in may.fields or grant.roles == may.roles
        lapses = seen.lapses(one, agency)
        assert (lapses is None) == (agency == body["agency"])


def test_where_none_is_in_force_nothing_passes() -> None:
    body = {"id": "1", "agency": "police", "reported_at": "2024-03-04T12:00:00Z", "category": "burglary"}
    for signed in ((), (replace(SHIPPED[0], valid_from=date(2024, 3, 5)),), (replace(SHIPPED[0], pointer=True),)):
        assert set(Sight(partnership=agreed(*signed)).of(telling(body))) == {"police"}
    assert set(Sight(partnership=PARTNERSHIP).of(telling(body))) == {"police", "council", "housing", "fire"}


MALFORMED: tuple[Any, ...] = (
    None,
    {"classification": "SECRET"},
    {"classification": "OFFICIAL", "sensitive": "child"},
    {"classification": "OFFICIAL", "restricted_to": "police"},
    {"classification": "OFFICIAL", "restricted_to": 7},
    {"classification": "OFFICIAL", "grading": {"handling": "X"}},
    {"classification": "OFFICIAL", "grading": {"handling": "P", "information": "Z"}},
    {"classification": "OFFICIAL", "grading": "1AP"},
    ["OFFICIAL"],
)


COUNCILS = {"id": "1", "agency": "council", "reported_at": "2024-03-04T12:00:00Z", "category": "burglary"}


@pytest.mark.parametrize("kept", MALFORMED, ids=repr)
def test_what_cannot_be_read_is_shut_to_all_but_its_sender(kept: Any) -> None:
    read = read_marking(kept)
    assert not read.plain
    one = replace(telling(COUNCILS), marking=read)
    assert set(Sight(partnership=PARTNERSHIP).of(one)) == {"council"}


def test_an_empty_audience_is_nobody_else() -> None:
    one = telling({**COUNCILS, "restricted_to": []})
    assert set(Sight(partnership=PARTNERSHIP).of(one)) == {"council"}


def test_every_marking_a_report_can_have_is_read() -> None:
    fields = {"classification", "restricted_to", "sensitive", "grading"}
    assert fields <= set(Report.model_fields)


def test_who_is_no_relevant_authority_knows_its_own_only() -> None:
    assert own_only(load_partnership()) == {"youth-diversion", "street-pastors", "door-staff"}
