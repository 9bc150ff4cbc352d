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
    """Reports of some weeks; now and then two agencies tell of one incident."""
    count = draw(st.integers(3, most))
    found: list[Body] = []
    for number in range(count):
        named = [
            person(role, **PEOPLE[who])
            for who, role in draw(
                st.lists(
                    st.tuples(
                        st.sampled_from((0, 0, 1)), st.sampled_from(("suspect", "victim", "reporter", "witness"))
                    ),
                    max_size=2,
                    unique_by=lambda pair: pair[0],
                )
            )
        ]
        fields: dict[str, Any] = {
            **draw(st.sampled_from(KINDS)),
            **draw(st.sampled_from(markings)),
            "people": named,
            "place": draw(st.sampled_from(PLACES)),
        }
        days = draw(st.integers(0, 40))
        told = draw(st.sampled_from((0.05, 0.1, 1.0, 3.0))) + number / 10_000
        found.append(report(draw(st.sampled_from(AGENCIES)), number, days, told=told, **fields))
    return found
