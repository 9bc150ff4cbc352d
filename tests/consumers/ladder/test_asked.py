"""No rung is taken without what it asks for: the ladder says what is missing, for whatever was done before."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumers.ladder.asked import missing as gaps
from consumers.ladder.asked import months_after
from consumers.ladder.rungs import YOUNGEST, load_ladder
from schemas.work import Step, Subject

LADDER = load_ladder()
PERSON, PREMISES = (Subject(kind=kind, id="x") for kind in ("person", "premises"))
ADULT = {"age": "adult", "vulnerability": "no", "equality": "no"}
ALL_SAID = dict.fromkeys(LADDER.questions, "Said.")
DAY = date(2026, 11, 20)


def a_step(rung: str, **others) -> Step:
    return Step.model_validate({"subject": PERSON, "rung": rung, "on": DAY, "team": "Rangers", **others})


def missing(step: Step, taken: list[Step]) -> list[str]:
    return [gap.says for gap in gaps(step, taken, LADDER)]


def before(*rungs: str, subject: Subject = PERSON) -> list[Step]:
    return [a_step(rung, subject=subject, on=date(2026, 1, 1 + number)) for number, rung in enumerate(rungs)]


words = st.sampled_from(["", " ", "Said."])
rungs = st.sampled_from([*LADDER.rungs, "no-such-rung"])
steps = st.builds(
    lambda rung, subject, record, checks, skipped, until: a_step(
        rung, subject=subject, record=record, checks=checks, skipped=skipped, until=until
    ),
    rungs,
    st.sampled_from([PERSON, PREMISES]),
    st.dictionaries(st.sampled_from(list(LADDER.questions)), words),
    st.fixed_dictionaries(
        {},
        optional={
            "age": st.sampled_from([*YOUNGEST, "ancient"]),
            "vulnerability": st.sampled_from(["no", "yes", "unknown"]),
            "equality": st.sampled_from(["no", "yes", "unknown"]),
        },
    ),
    st.dictionaries(st.sampled_from(list(LADDER.rungs)), words),
    st.one_of(st.none(), st.dates(date(2026, 11, 21), date(2030, 1, 1))),
)
whole = st.builds(
    lambda step, record, checks, skipped, until: step.model_copy(
        update={
            "record": ALL_SAID if record else step.record,
            "checks": ADULT if checks else step.checks,
            "skipped": dict.fromkeys(LADDER.rungs, "Why not.") if skipped else step.skipped,
            "until": months_after(DAY, 3) if until else step.until,
        }
    ),
    steps,
    *[st.booleans()] * 4,
)


@settings(max_examples=400, deadline=None)
@given(whole, st.lists(st.sampled_from(list(LADDER.rungs)), max_size=6, unique=True))
def test_a_step_that_may_be_taken_has_all_that_its_rung_asks(step: Step, earlier: list[str]) -> None:
    """Said once more in plain words, from the data alone."""
    taken = before(*earlier, subject=step.subject)
    if missing(step, taken):
        return
    rung, kind, age = LADDER.rungs[step.rung], step.subject.kind, step.checks.get("age")
    assert kind in rung.of
    assert all(step.record[name].strip() for name in LADDER.asks[rung.what])
    if kind == "person" and rung.what != "support":
        assert step.checks["vulnerability"] in ("no", "yes")
        assert age in YOUNGEST
        assert YOUNGEST[age] >= rung.youngest
        if age != "adult" and rung.child:
            assert step.record["consulted"].strip()
    if rung.what in ("notice", "order", "possession"):
        assert step.checks["equality"] in ("no", "yes")
        helps = [one.name for one in LADDER.helps(kind)]
        assert set(helps) & set(earlier) or all(step.skipped[name].strip() for name in helps)
    if rung.beside:
        return
    for lower in LADDER.of(kind):
        open_to_them = age is None or YOUNGEST[age] >= lower.youngest
        if lower.place < rung.place and not lower.beside and lower.name not in earlier and open_to_them:
            assert step.skipped[lower.name].strip()
    if rung.name == "community-protection-notice":
        assert "community-protection-warning" in earlier
    if rung.months or (rung.child_months and age != "adult"):
        assert step.until is not None


def test_the_rungs_of_the_ladder_can_all_be_taken_one_after_the_other() -> None:
    for subject in (PERSON, PREMISES):
        taken: list[Step] = []
        for rung in LADDER.of(subject.kind):
            until = months_after(DAY, rung.months) if rung.months else None
            step = a_step(rung.name, subject=subject, record=ALL_SAID, checks=ADULT, until=until)
            assert missing(step, taken) == [], rung.name
            taken.append(step)


@pytest.mark.parametrize(
    ("others", "says"),
    [
        ({"record": {}}, "Answer: What behaviour does this rely on, and when?"),
        ({"checks": {**ADULT, "vulnerability": "unknown"}}, "This has to be found out first."),
        ({"checks": {"age": "adult"}}, "Answer: Are they vulnerable"),
        ({"checks": {**ADULT, "age": "unknown"}}, "find out their age first"),
        ({"skipped": {}}, "Say why this was not tried: engagement."),
        ({"skipped": {"engagement": "  "}}, "Say why this was not tried: engagement."),
        ({"rung": "closed-for-good"}, "Choose a step of this ladder."),
        ({"subject": PREMISES, "rung": "civil-injunction"}, "Choose a step of this ladder."),
    ],
)
def test_what_is_missing_is_said_in_words(others: dict, says: str) -> None:
    said = {"record": ALL_SAID, "checks": ADULT, "skipped": {"engagement": "He ran off."}, **others}
    step = a_step(said.pop("rung", "verbal-warning"), **said)
    assert any(says in sentence for sentence in missing(step, []))


def test_a_child_is_not_put_on_what_is_for_older_people_and_others_are_asked_about_one() -> None:
    checks = {**ADULT, "age": "child"}
    everything = dict.fromkeys(LADDER.rungs, "Why not.")
    step = a_step("community-protection-warning", record=ALL_SAID, checks=checks, skipped=everything)
    assert "Community protection warning is for those of 16 and over." in missing(step, [])
    unasked = {**ALL_SAID, "consulted": ""}
    step = a_step("verbal-warning", record=unasked, checks=checks, skipped=everything)
    assert any("Who was consulted" in sentence for sentence in missing(step, []))


def test_a_notice_cannot_come_before_the_warning_that_the_act_wants_whatever_reason_is_given() -> None:
    everything = dict.fromkeys(LADDER.rungs, "Why not.")
    step = a_step("community-protection-notice", record=ALL_SAID, checks=ADULT, skipped=everything)
    assert any("can only follow" in sentence for sentence in missing(step, []))
    assert missing(step, before("community-protection-warning")) == []


def test_help_comes_before_a_notice_or_it_is_said_why_not() -> None:
    lower = ("engagement", "verbal-warning", "written-warning", "acceptable-behaviour-contract")
    step = a_step("community-protection-warning", record=ALL_SAID, checks=ADULT)
    assert missing(step, before(*lower)) == ["Say why this was not tried: support, diversion or mediation."]
    assert missing(step, before(*lower, "support")) == []


def test_an_order_on_a_child_runs_no_longer_than_the_law_lets_it() -> None:
    everything = dict.fromkeys(LADDER.rungs, "Why not.")
    checks = {**ADULT, "age": "youth"}
    step = a_step("civil-injunction", record=ALL_SAID, checks=checks, skipped=everything, until=date(2027, 11, 21))
    assert missing(step, []) == ["It lasts until 20 November 2027 at the latest."]


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 1, 1), 12, date(2027, 1, 1)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
    ],
)
def test_months_end_on_the_same_day_or_the_last(day: date, months: int, then: date) -> None:
    assert months_after(day, months) == then
