"""Small random fortnights in which people, places and agencies meet often, some of it marked so that few may know."""

from typing import Any

from hypothesis import strategies as st

from tests.streams.issues.way import Body, person, report

AGENCIES = ("police", "council", "housing", "street-pastors")
PEOPLE = (
    {"name": "Quentin Ashdown", "born": "1988-07-21", "identifiers": {"pnc": "1988/123456A"}},
    {"name": "Morwenna Tregaskis", "born": "1995-02-11", "identifiers": {"pnc": "1995/765432B"}},
)
ROLES = ("suspect", "victim", "reporter", "witness")
PLACES = (
    {"text": "14 Saltergate, Chesterfield", "uprn": "10001", "easting": 438300.0, "northing": 371300.0},
    {"text": "3 Vicar Lane, Chesterfield", "uprn": "10002", "easting": 438420.0, "northing": 371250.0},
    {"text": "near the bandstand", "easting": 438360.0, "northing": 371280.0, "accuracy_m": 200.0},
)
KINDS = (
    {"category": "anti-social-behaviour"},
    {"category": "anti-social-behaviour", "detail": "harassment"},
    {"category": "burglary"},
    {"category": "criminal-damage-arson"},
)
OPEN: tuple[Body, ...] = ({},)
MARKINGS: tuple[Body, ...] = (
    {},
    {},
    {},
    {"restricted_to": ["police"]},
    {"restricted_to": ["housing", "council"]},
    {"sensitive": ["domestic-abuse"]},
    {"classification": "OFFICIAL-SENSITIVE"},
    {"grading": {"source": "1", "information": "A", "handling": "C", "action": "A1", "sanitisation": "S2"}},
    {"grading": {"source": "3", "information": "E", "handling": "P"}},
)


@st.composite
def bodies(draw: st.DrawFn, *, markings: tuple[Body, ...] = OPEN, most: int = 14) -> list[Body]:
    """Reports of some weeks; now and then several agencies tell of one incident, and not all agree on what it was."""
    count = draw(st.integers(3, most))
    return [_body(draw, number, markings) for number in range(count)]


def _body(draw: st.DrawFn, number: int, markings: tuple[Body, ...]) -> Body:
    days = draw(st.integers(0, 40))
    named = draw(st.lists(st.tuples(st.sampled_from((0, 0, 1)), st.sampled_from(ROLES)), max_size=2, unique_by=_who))
    fields: dict[str, Any] = {
        **draw(st.sampled_from(KINDS)),
        **draw(st.sampled_from(markings)),
        "people": [person(role, **PEOPLE[who]) for who, role in named],
        "place": draw(st.sampled_from(PLACES)),
    }
    told = draw(st.sampled_from((0.05, 0.1, 1.0, 3.0))) + number / 10_000
    return report(draw(st.sampled_from(AGENCIES)), number, days, told=told, **fields)


def _who(pair: tuple[int, str]) -> int:
    return pair[0]
