"""Who may know a report, against a second statement of the rules: slow, obvious, and written on its own."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.agencies import load_partnership
from schemas.report import Report
from streams.sharing.marking import read_marking
from streams.sharing.rules import may_know, own_only
from tests.streams.issues.way import PARTNERSHIP

WORDS = ("domestic-abuse", "stalking", "child", "health", "source")
AGENCIES = ("police", "council", "housing", "fire", "street-pastors", "nobody-we-know")


def oracle(agency: str, originator: str, kept: Any) -> bool:
    """The rules again, each as one sentence that can only say no."""
    if agency not in PARTNERSHIP:
        return False  # who is not of the partnership knows nothing
    if agency == originator:
        return True  # an agency knows what it sent
    if not isinstance(kept, dict):
        return False  # what is not marked legibly is shut
    if agency == "street-pastors":
        return False  # no relevant authority, and no agreement
    grading = kept.get("grading")
    if grading is not None and grading["handling"] == "C":
        return False  # conditions are the originator's to lift
    audience = kept.get("restricted_to")
    if audience is not None and agency not in audience:
        return False  # it names those who may know
    if kept["classification"] == "OFFICIAL-SENSITIVE" and agency not in ("police", "fire"):
        return False  # not cleared for it
    for word in kept["sensitive"]:
        named = audience is not None and agency in audience
        cleared = agency == "police" and word == "domestic-abuse"
        if not named and not cleared:
            return False  # each sensitivity needs its own clearance, or the originator's naming
    return True


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


@settings(max_examples=500)
@given(agency=st.sampled_from(AGENCIES), originator=st.sampled_from(AGENCIES[:5]), kept=MARKINGS)
def test_both_statements_agree(agency: str, originator: str, kept: dict[str, Any]) -> None:
    assert may_know(agency, originator, read_marking(kept), PARTNERSHIP) == oracle(agency, originator, kept)


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


@pytest.mark.parametrize("kept", MALFORMED, ids=repr)
def test_what_cannot_be_read_is_shut_to_all_but_its_sender(kept: Any) -> None:
    marking = read_marking(kept)
    assert not marking.plain
    assert [agency for agency in AGENCIES if may_know(agency, "council", marking, PARTNERSHIP)] == ["council"]


def test_an_empty_audience_is_nobody_else() -> None:
    marking = read_marking({"classification": "OFFICIAL", "restricted_to": []})
    assert not may_know("police", "council", marking, PARTNERSHIP)


def test_every_marking_a_report_can_have_is_read() -> None:
    fields = {"classification", "restricted_to", "sensitive", "grading"}
    assert fields <= set(Report.model_fields)


def test_who_is_no_relevant_authority_knows_its_own_only() -> None:
    partnership = load_partnership()
    assert own_only(partnership) == {"youth-diversion", "street-pastors", "door-staff"}
    plain = read_marking({"classification": "OFFICIAL"})
    assert not may_know("door-staff", "police", plain, partnership)
    assert may_know("door-staff", "door-staff", plain, partnership)
